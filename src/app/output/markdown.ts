import { cellText, isNumeric, visible } from './cell.js'
import type { Renderer } from './rows.js'

/** A table in Markdown; numbers to the right. */
export const renderMarkdown: Renderer = async function* ({ columns, batches }) {
  const rule = columns.map((c) => (isNumeric(c.type) ? '---:' : '---'))
  yield `${lineOf(columns.map((c) => c.name))}| ${rule.join(' | ')} |\n`
  for await (const rows of batches) {
    let text = ''
    for (const row of rows) text += lineOf(row)
    if (text !== '') yield text
  }
}

function lineOf(row: readonly unknown[]): string {
  const cells = row.map((v) => visible(cellText(v)).replaceAll(/[\\|]/g, String.raw`\$&`))
  return `| ${cells.join(' | ')} |\n`
}
