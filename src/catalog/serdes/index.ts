import { HeadrigError } from '../../core/errors.js'
import type { ExternalTable } from '../external-table.js'
import type { RawReader } from '../raw-reader.js'
import { CLOUDTRAIL_INPUT, PARQUET_INPUT, PARQUET_SERDE, TEXT_INPUT } from '../stored-as.js'
import { openCsv } from './csv.js'
import { lazySimple } from './delimited.js'
import { cloudTrail, hiveJson, openXJson } from './json.js'
import { grok, regex } from './regex.js'
import type { SerDe } from './serde.js'

const parquet: SerDe = {
  classes: [PARQUET_SERDE],
  properties: ['serialization.format'],
  reader: () => ({ kind: 'parquet' }),
}

/** Every class that can be read. The one map. */
const SERDES = [cloudTrail, hiveJson, openXJson, lazySimple, openCsv, regex, grok, parquet]

const INPUTS = [TEXT_INPUT, CLOUDTRAIL_INPUT, PARQUET_INPUT]

/**
 * How the rows of a table come out of its files.
 * Throws `invalid` for a class, a property or an input format that is not supported, and says which are.
 */
export function readerOf(table: ExternalTable): RawReader {
  const serde = SERDES.find((s) => s.classes.includes(table.serde))
  if (!serde) {
    throw unsupported(
      table,
      'SerDe',
      table.serde,
      SERDES.flatMap((s) => s.classes),
    )
  }
  if (!INPUTS.includes(table.inputFormat)) {
    throw unsupported(table, 'input format', table.inputFormat, INPUTS)
  }
  for (const name of Object.keys(table.serdeProperties)) {
    const known = serde.properties.some((p) => (p.endsWith('.') ? name.startsWith(p) : name === p))
    if (!known) throw unsupported(table, `property of ${table.serde}`, name, serde.properties)
  }
  const isJson = serde === cloudTrail || serde === hiveJson || serde === openXJson
  const wanted = serde === parquet ? [PARQUET_INPUT] : isJson ? INPUTS.slice(0, 2) : [TEXT_INPUT]
  if (!wanted.includes(table.inputFormat)) {
    throw unsupported(table, `input format of ${table.serde}`, table.inputFormat, wanted)
  }
  return serde.reader(table)
}

function unsupported(
  { name }: ExternalTable,
  what: string,
  given: string,
  known: readonly string[],
): HeadrigError {
  return new HeadrigError(
    'invalid',
    `table ${name}: the ${what} ${JSON.stringify(given)} is not supported: use ${known.join(', ')}`,
    { details: { supported: known } },
  )
}
