import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Machine } from './machine.js'
import type { Bar, Outcome } from './scenario.js'

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url))

export interface Result extends Outcome {
  readonly scenario: string
  readonly title: string
  readonly measured: string
  readonly scale: number
  readonly runs: number
  readonly machine: Machine
  readonly notes: readonly string[]
}

/** Keeps a result beside the others and rewrites the summary of all of them. */
export function keep(result: Result): void {
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(`${RESULTS}${result.scenario}.json`, `${JSON.stringify(result, null, 2)}\n`)
  const all = readdirSync(RESULTS)
    .filter((f) => f.endsWith('.json'))
    .toSorted()
    .map((f) => JSON.parse(readFileSync(RESULTS + f, 'utf8')) as Result)
  writeFileSync(`${RESULTS}README.md`, summary(all))
}

/** Whether a promise is kept. */
export function holds({ value, atLeast, atMost }: Bar): boolean {
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
}

export function barText(bar: Bar): string {
  const wanted = bar.atLeast === undefined ? `at most ${bar.atMost}` : `at least ${bar.atLeast}`
  const value = bar.value >= 100 ? Math.round(bar.value).toLocaleString('en') : bar.value.toFixed(2)
  return `${holds(bar) ? 'holds' : 'MISSED'}: ${bar.what}: ${value} ${bar.unit} (${wanted})`
}

function summary(results: readonly Result[]): string {
  const parts = [
    '# Results',
    '',
    'Written by `npm run bench -- <scenario>`; each file here has the figures of every run. Sides run in turn in one',
    'session; seconds are medians, memory is the peak of any run. Compare ratios, not machines.',
    '',
  ]
  for (const r of results) {
    const { machine: m } = r
    parts.push(
      `## ${r.title}`,
      '',
      `\`${r.scenario}\`, ${r.measured.slice(0, 10)}, commit ${m.commit}: ${r.data}${r.scale === 1 ? '' : ` (scale ${r.scale})`}; ${r.runs} runs on ${m.cores} cores (${m.cpu}), ${Math.round(m.memoryBytes / 2 ** 30)} GiB, Node ${m.node}, DuckDB ${m.duckdb}, load before ${m.loadBefore}.`,
      '',
      '| | seconds | CPU seconds | peak MiB |',
      '|---|---:|---:|---:|',
      ...r.sides.map(
        (s) =>
          `| ${s.name} | ${s.medianSeconds.toFixed(2)} | ${s.cpuSeconds.toFixed(1)} | ${Math.round(s.peakRssBytes / 2 ** 20)} |`,
      ),
      '',
      ...r.bars.map((b) => `- ${barText(b)}`),
      ...r.notes.map((n) => `- ${n}`),
      '',
    )
  }
  return parts.join('\n')
}
