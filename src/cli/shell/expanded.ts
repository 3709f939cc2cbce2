/**
 * A row with one line for each value, under a line with its number.
 * @example expandedRow(1, ['id', 'name'], [7, 'ada']) // '-[ row 1 ]-\nid   | 7\nname | ada\n'
 */
export function expandedRow(
  number: number,
  names: readonly string[],
  values: readonly unknown[],
): string {
  const width = Math.max(0, ...names.map((name) => name.length))
  const lines = names.map((name, i) => `${name.padEnd(width)} | ${plain(values[i])}\n`)
  return `-[ row ${number} ]-\n${lines.join('')}`
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
