import type { ExternalTable } from '../external-table.js'
import type { JsonReader } from '../raw-reader.js'
import { CLOUDTRAIL_INPUT, HCAT_JSON } from '../stored-as.js'
import { flag, type SerDe } from './serde.js'

/** Hive's own JSON reader, and the one of EMR for CloudTrail. */
export const hiveJson: SerDe = {
  classes: [HCAT_JSON, 'org.apache.hadoop.hive.serde2.JsonSerDe'],
  properties: ['ignore.malformed.json', 'serialization.format', 'timestamp.formats'],
  reader: (table) => jsonReader(table, false),
}

export const cloudTrail: SerDe = {
  classes: ['com.amazon.emr.hive.serde.CloudTrailSerde'],
  properties: ['serialization.format'],
  reader: (table) => ({ ...jsonReader(table, false), framing: 'cloudtrail' }),
}

export const openXJson: SerDe = {
  classes: ['org.openx.data.jsonserde.JsonSerDe'],
  properties: [
    'ignore.malformed.json',
    'dots.in.keys',
    'case.insensitive',
    'mapping.',
    'use.null.for.invalid.data',
    'paths',
    'explicit.null',
    'serialization.format',
    'timestamp.formats',
  ],
  reader: (table) => jsonReader(table, true),
}

function jsonReader(table: ExternalTable, openX: boolean): JsonReader {
  const lenient = flag(table, 'ignore.malformed.json', false)
  const asNull = lenient || (openX && flag(table, 'use.null.for.invalid.data', false))
  const framing = table.inputFormat === CLOUDTRAIL_INPUT ? 'cloudtrail' : 'lines'
  const mapping = Object.entries(openX ? table.serdeProperties : {}).flatMap(([key, value]) =>
    key.startsWith('mapping.')
      ? [[key.slice('mapping.'.length).toLowerCase(), value] as const]
      : [],
  )
  return {
    kind: 'json',
    framing,
    malformed: lenient ? 'null' : 'fail',
    invalid: asNull || framing === 'cloudtrail' ? 'null' : 'fail',
    caseInsensitive: !openX || flag(table, 'case.insensitive', true),
    mapping: Object.fromEntries(mapping),
    dotsInKeys: openX && flag(table, 'dots.in.keys', false),
  }
}
