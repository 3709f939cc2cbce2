import { cellText, isNumeric, visible } from './cell.js'
import { fit, widthOf } from './cell-width.js'
import type { Renderer } from './rows.js'

/** Rows that are looked at to find how wide columns are. */
const LOOK_AHEAD = 1000
const GAP = '  '
const LEAST = 5

/** Aligned columns below a header; numbers to the right; cut with `…` to the terminal's width. */
export const renderTable: Renderer = async function* ({ columns, batches }, { width }) {
  const sides = columns.map((c) => (isNumeric(c.type) ? 'right' : 'left'))
  const names = columns.map((c) => visible(c.name))
  let widths: readonly number[] | undefined
  let waiting: string[][] = []
  const line = (cells: readonly string[], of: readonly number[]): string =>
    `${of
      .map((w, i) => fit(cells[i] ?? '…', w, sides[i] ?? 'left'))
      .join(GAP)
      .trimEnd()}\n`
  const start = (): string => {
    const of = fitWidths(columnWidths(names, waiting), width)
    widths = of
    const rule = of.map((w) => '─'.repeat(w))
    const text = [names, rule, ...waiting].map((cells) => line(more(cells, of), of)).join('')
    waiting = []
    return text
  }
  for await (const rows of batches) {
    const cells = rows.map((row) => row.map((v) => visible(cellText(v))))
    if (widths) {
      const of = widths
      yield cells.map((c) => line(more(c, of), of)).join('')
      continue
    }
    for (const c of cells) waiting.push(c)
    if (waiting.length >= LOOK_AHEAD) yield start()
  }
  if (!widths && columns.length > 0) yield start()
}

/** When not all columns fit, the last one shown stands for those left out. */
function more(cells: readonly string[], widths: readonly number[]): readonly string[] {
  return widths.length === cells.length ? cells : [...cells.slice(0, widths.length - 1), '…']
}

function columnWidths(names: readonly string[], rows: readonly (readonly string[])[]): number[] {
  return names.map((name, i) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[i] ?? '')), Math.max(1, widthOf(name))),
  )
}

/** The widest columns give way first; when even narrow ones do not fit, the last are left out. */
function fitWidths(widths: readonly number[], total: number | undefined): readonly number[] {
  if (total === undefined) return widths
  const sum = (of: readonly number[]): number =>
    of.reduce((all, w) => all + w, 0) + GAP.length * (of.length - 1)
  if (sum(widths) <= total) return widths
  const capped = (cap: number): number[] => widths.map((w) => Math.min(w, cap))
  for (let cap = Math.max(...widths); cap >= LEAST; cap--) {
    const of = capped(cap)
    if (sum(of) <= total) return of
  }
  const narrow = capped(LEAST)
  while (narrow.length > 1 && sum([...narrow, 1]) > total) narrow.pop()
  return [...narrow, 1]
}
