import type { ExternalColumn, ExternalTable } from './external-table.js'
import { typeText } from './hive-type.js'

/** The statement that makes the table again, as lines. */
export function showCreate(table: ExternalTable): string[] {
  const props = (pairs: Readonly<Record<string, string>>): string[] => {
    const entries = Object.entries(pairs)
    return entries.map(
      ([k, v], i) => `  ${text(k)}=${text(v)}${i < entries.length - 1 ? ',' : ')'}`,
    )
  }
  const has = (pairs: Readonly<Record<string, string>>): boolean => Object.keys(pairs).length > 0
  return [
    `CREATE EXTERNAL TABLE ${name(table.name)}(`,
    ...columns(table.columns),
    ...(table.comment === undefined ? [] : [`COMMENT ${text(table.comment)}`]),
    ...(table.partitionedBy.length === 0
      ? []
      : ['PARTITIONED BY (', ...columns(table.partitionedBy)]),
    'ROW FORMAT SERDE',
    `  ${text(table.serde)}`,
    ...(has(table.serdeProperties)
      ? ['WITH SERDEPROPERTIES (', ...props(table.serdeProperties)]
      : []),
    'STORED AS INPUTFORMAT',
    `  ${text(table.inputFormat)}`,
    'OUTPUTFORMAT',
    `  ${text(table.outputFormat)}`,
    'LOCATION',
    `  ${text(table.location)}`,
    ...(has(table.properties) ? ['TBLPROPERTIES (', ...props(table.properties)] : []),
  ]
}

function columns(list: readonly ExternalColumn[]): string[] {
  return list.map((c, i) => {
    const comment = c.comment === undefined ? '' : ` COMMENT ${text(c.comment)}`
    return `  ${name(c.name)} ${typeText(c.type)}${comment}${i < list.length - 1 ? ',' : ')'}`
  })
}

const name = (plain: string): string => `\`${plain.replaceAll('`', '``')}\``

const NAMED: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't' }

/** Text in single quotes, as Hive reads it back. */
function text(plain: string): string {
  const escaped = plain
    .replaceAll(/\\(?![%_])/g, '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll(/[\n\r\t]/g, (c) => `\\${NAMED[c] ?? ''}`)
    .replaceAll(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `'${escaped}'`
}
