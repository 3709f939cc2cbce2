// Usage: npm run bench -- <scenario>... [--runs 3] [--scale 1] [--data <set>=<folder>]...
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type DatasetId, DATASETS } from './data/datasets.js'
import { CACHE, prepare } from './data/prepare.js'
import { machine } from './lib/machine.js'
import { barText, keep } from './lib/report.js'
import type { Bench } from './lib/scenario.js'
import { SCENARIOS } from './scenarios/index.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    data: { type: 'string', multiple: true, default: [] },
    'dry-run': { type: 'boolean', default: false },
  },
})
const wanted = positionals.includes('all') ? Object.keys(SCENARIOS) : positionals
const unknown = wanted.filter((name) => !(name in SCENARIOS))
if (wanted.length === 0 || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no scenario ${unknown.join(', ')}`)
  console.error('scenarios:')
  for (const [name, { title }] of Object.entries(SCENARIOS)) console.error(`  ${name}  ${title}`)
  console.error(
    '  all\noptions: --runs 3 --scale 1 --data <set>=<folder> --dry-run (keep no result)',
  )
  process.exit(2)
}
const given = new Map(values.data.map((d) => [d.split('=')[0], d.slice(d.indexOf('=') + 1)]))
const scale = Number(values.scale)
const temp = join(CACHE, `tmp-${process.pid}`)
let serial = 0
mkdirSync(temp, { recursive: true })
try {
  for (const name of wanted) {
    const notes: string[] = []
    const bench: Bench = {
      runs: Number(values.runs),
      scale,
      temp: (label) => join(temp, `${label}-${serial++}`),
      note: (text) => void notes.push(text),
      async data(id: DatasetId, part = 1) {
        const folder = part === 1 ? given.get(id) : undefined
        return folder ? { ...DATASETS[id], folder } : prepare(id, scale * part)
      },
    }
    const scenario = SCENARIOS[name as keyof typeof SCENARIOS]
    console.error(`${name}: ${scenario.title}`)
    const before = machine()
    const outcome = await scenario.measure(bench)
    for (const bar of outcome.bars) console.log(`${name}: ${barText(bar)}`)
    for (const note of notes) console.log(`${name}: ${note}`)
    if (values['dry-run']) continue
    keep({
      scenario: name,
      title: scenario.title,
      measured: new Date().toISOString(),
      scale,
      runs: bench.runs,
      machine: before,
      ...outcome,
      notes,
    })
  }
} finally {
  rmSync(temp, { recursive: true, force: true })
}
