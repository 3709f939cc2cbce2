import type { Renderer, Rows } from './rows.js'

/** One JSON array, an object a line. */
export const renderJson: Renderer = async function* (rows) {
  let first = true
  for await (const objects of objectsOf(rows)) {
    yield `${first ? '[\n' : ',\n'}${objects.join(',\n')}`
    first = false
  }
  yield first ? '[]\n' : '\n]\n'
}

/** One JSON object a line. */
export const renderNdjson: Renderer = async function* (rows) {
  for await (const objects of objectsOf(rows)) yield `${objects.join('\n')}\n`
}

/** Never an empty batch. */
async function* objectsOf({ columns, batches, lines }: Rows): AsyncGenerator<readonly string[]> {
  const made = lines?.('json')
  if (made) {
    yield* made
    return
  }
  const write = objectWriter(columns)
  for await (const rows of batches) if (rows.length > 0) yield rows.map(write)
}

/** A second column of a name gets a number, so that no value is lost. */
function objectWriter(columns: Rows['columns']): (row: readonly unknown[]) => string {
  const seen = new Set<string>()
  const keys = columns.map(({ name }, i) => {
    let key = name
    for (let n = 1; seen.has(key); n++) key = `${name}_${n}`
    seen.add(key)
    return `${i === 0 ? '{' : ','}${JSON.stringify(key)}:`
  })
  if (keys.length === 0) return () => '{}'
  return (row) => {
    let text = ''
    for (let i = 0; i < keys.length; i++) text += keys[i] + valueText(row[i])
    return `${text}}`
  }
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
  return value === undefined ? 'null' : JSON.stringify(value)
}
