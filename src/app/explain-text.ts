import { formatSize } from '../core/size.js'
import type { ScanFilter } from '../engines/engine.js'
import type { ExternalIo } from './external/mount.js'
import type { TableIo } from './prune.js'

/**
 * What `--explain` prints: for each table its version, the files and bytes to be read of all there
 * are, and what ruled the others out; then the SQL as it runs, and the engine's plan.
 */
export function explainText(
  tables: readonly (TableIo & { readonly filters: readonly (readonly ScanFilter[])[] })[],
  externals: readonly ExternalIo[],
  sql: string,
  plan: string,
): string {
  const blocks = tables.map((t) =>
    [
      `${t.table}: version ${t.version}`,
      `  files  ${t.files} of ${t.filesTotal}`,
      `  bytes  ${formatSize(t.bytes)} of ${formatSize(t.bytesTotal)}`,
      ...t.filters.map((filters, i) => `  ${i === 0 ? 'where' : '   or'}  ${shown(filters)}`),
    ].join('\n'),
  )
  for (const { table, partitions, files, bytes } of externals) {
    const size = formatSize(bytes)
    blocks.push(
      `${table}: over raw files\n  partitions  ${partitions}\n  files  ${files}\n  bytes  ${size}`,
    )
  }
  if (blocks.length === 0) blocks.push('no table is read')
  return [...blocks, `sql:\n${sql.trim()}`, `plan:\n${plan.trimEnd()}`].join('\n\n')
}

function shown(filters: readonly ScanFilter[]): string {
  const texts = filters.map((f) => {
    const values = f.values.map((v) => (typeof v === 'string' ? `'${v}'` : String(v)))
    return f.op === 'in'
      ? `${f.column} in (${values.join(', ')})`
      : `${f.column} ${f.op} ${values[0]}`
  })
  return texts.length === 0 ? 'anything (no filter to rule files out)' : texts.join(' and ')
}
