import type { ExternalTable } from '../external-table.js'
import { badProperty, property, type SerDe, skipLines } from './serde.js'

export const openCsv: SerDe = {
  classes: ['org.apache.hadoop.hive.serde2.OpenCSVSerde'],
  properties: [
    'separatorChar',
    'quoteChar',
    'escapeChar',
    'skip.header.line.count',
    'serialization.format',
  ],
  reader: (table) => ({
    kind: 'csv',
    separator: character(table, 'separatorChar', ','),
    quote: character(table, 'quoteChar', '"'),
    escape: character(table, 'escapeChar', '\\'),
    skipLines: skipLines(table),
  }),
}

function character(table: ExternalTable, name: string, otherwise: string): string {
  const text = property(table, name) ?? otherwise
  if (text.length === 1 && text.charCodeAt(0) < 128 && !/[\r\n]/.test(text)) return text
  throw badProperty(table, name, text, 'write one ASCII character')
}
