import type { Renderer, RenderOptions, Rows } from './rows.js'

const RENDERERS = {
  table: async () => (await import('./table.js')).renderTable,
  json: async () => (await import('./json.js')).renderJson,
  ndjson: async () => (await import('./json.js')).renderNdjson,
  csv: async () => (await import('./csv.js')).renderCsv,
  markdown: async () => (await import('./markdown.js')).renderMarkdown,
} as const satisfies Readonly<Record<string, () => Promise<Renderer>>>

/** The ways to write rows as text. Parquet is written by `queryToParquet`. */
export type TextFormat = keyof typeof RENDERERS

export interface Rendered {
  /** Write one piece before asking for the next: then little is held in memory. */
  readonly text: AsyncIterable<string>
  /** How many rows there were, once the text has ended. */
  rows(): number
}

/**
 * Rows as text.
 * @example for await (const piece of render('csv', answer).text) await write(piece)
 */
export function render(format: TextFormat, rows: Rows, options: RenderOptions = {}): Rendered {
  let count = 0
  const counting = async function* <T>(batches: AsyncIterable<readonly T[]>) {
    for await (const batch of batches) {
      count += batch.length
      yield batch
    }
  }
  const counted: Rows = {
    columns: rows.columns,
    batches: counting(rows.batches),
    lines(form) {
      const lines = rows.lines?.(form)
      return lines && counting(lines)
    },
  }
  return {
    text: (async function* () {
      yield* (await RENDERERS[format]())(counted, options)
    })(),
    rows: () => count,
  }
}
