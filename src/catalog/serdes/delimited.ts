import type { ExternalTable } from '../external-table.js'
import { LAZY_SIMPLE } from '../stored-as.js'
import { badProperty, property, type SerDe, skipLines } from './serde.js'

/** Lines cut at one character: what `ROW FORMAT DELIMITED` stands for. */
export const lazySimple: SerDe = {
  classes: [LAZY_SIMPLE],
  properties: [
    'field.delim',
    'serialization.format',
    'collection.delim',
    'colelction.delim',
    'mapkey.delim',
    'escape.delim',
    'line.delim',
    'serialization.null.format',
    'serialization.encoding',
    'skip.header.line.count',
  ],
  reader(table) {
    const encoding = property(table, 'serialization.encoding')
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) {
      throw badProperty(table, 'serialization.encoding', encoding, 'only UTF-8 is read')
    }
    return {
      kind: 'delimited',
      field: delimiter(table, ['field.delim', 'serialization.format'], '\u0001'),
      // Hive itself misspells the name.
      collection: delimiter(table, ['collection.delim', 'colelction.delim'], '\u0002'),
      mapKey: delimiter(table, ['mapkey.delim'], '\u0003'),
      escape: property(table, 'escape.delim') ? delimiter(table, ['escape.delim'], '\\') : null,
      nullText: property(table, 'serialization.null.format') ?? '\\N',
      skipLines: skipLines(table),
    }
  },
}

/** A character, or the number of one, as Hive takes it. */
function delimiter(table: ExternalTable, names: readonly string[], otherwise: string): string {
  for (const name of names) {
    const text = property(table, name)
    if (text === undefined || text === '') continue
    if (/^-?\d{1,3}$/.test(text)) return String.fromCharCode(Number(text) & 0xff)
    if (Array.from(text).length === 1) return text
    throw badProperty(table, name, text, 'write one character, or its number')
  }
  return otherwise
}
