import { cellText } from './cell.js'
import type { Renderer } from './rows.js'

/**
 * RFC 4180 with a header and plain line feeds: text is quoted where it must be, and when it is empty,
 * so that it differs from no value.
 */
export const renderCsv: Renderer = async function* ({ columns, batches, lines }) {
  yield lineOf(columns.map((c) => c.name))
  const made = lines?.('csv')
  if (made) {
    for await (const texts of made) yield `${texts.join('\n')}\n`
    return
  }
  for await (const rows of batches) {
    let text = ''
    for (const row of rows) text += lineOf(row)
    if (text !== '') yield text
  }
}

function lineOf(row: readonly unknown[]): string {
  let text = ''
  for (let i = 0; i < row.length; i++) {
    const value = row[i]
    if (i > 0) text += ','
    if (typeof value === 'number') text += value
    else if (value !== null && value !== undefined) text += field(cellText(value))
  }
  return `${text}\n`
}

function field(text: string): string {
  if (text !== '' && !/[",\r\n]|^\s|\s$/.test(text)) return text
  return `"${text.replaceAll('"', '""')}"`
}
