import { HeadrigError } from '../core/errors.js'
import type { Action, MetadataAction, ProtocolAction } from './actions.js'
import { readSchema, type DeltaField, type DeltaType } from './schema.js'

const READER_FEATURES: ReadonlySet<string> = new Set([
  'columnMapping',
  'v2Checkpoint',
  'vacuumProtocolCheck',
])
const WRITER_FEATURES: ReadonlySet<string> = new Set([
  ...READER_FEATURES,
  'appendOnly',
  'invariants',
  'checkConstraints',
  'changeDataFeed',
  'generatedColumns',
  'identityColumns',
  'domainMetadata',
  'inCommitTimestamp',
])
const CONSTRAINED = [
  ['delta.invariants', 'an invariant'],
  ['delta.generationExpression', 'a generation expression'],
  ['delta.identity.start', 'an identity'],
  ['CURRENT_DEFAULT', 'a default value'],
] as const

/** Throws `invalid`, naming the feature, when reading the table needs what we do not have. */
export function checkReadable(
  table: string,
  protocol: ProtocolAction,
  metadata: MetadataAction,
): void {
  const { minReaderVersion: version, readerFeatures } = protocol
  if (version > 3) throw lacking(table, 'read', `reader version ${version}`)
  for (const feature of version === 3 ? (readerFeatures ?? []) : []) {
    if (!READER_FEATURES.has(feature)) throw lacking(table, 'read', feature)
  }
  const mapping = metadata.configuration?.['delta.columnMapping.mode'] ?? 'none'
  if (mapping !== 'none') throw lacking(table, 'read', `columnMapping (mode ${mapping})`)
  if (metadata.format.provider !== 'parquet') {
    throw lacking(table, 'read', `data format ${metadata.format.provider}`)
  }
}

/** Throws `invalid`, naming the feature, when these actions would break a promise the table makes. */
export function checkWritable(
  table: string,
  protocol: ProtocolAction,
  metadata: MetadataAction,
  actions: readonly Action[],
): void {
  const { minWriterVersion: version, writerFeatures } = protocol
  if (version > 7) throw lacking(table, 'write', `writer version ${version}`)
  for (const feature of version === 7 ? (writerFeatures ?? []) : []) {
    if (!WRITER_FEATURES.has(feature)) throw lacking(table, 'write', feature)
  }
  const configuration = metadata.configuration ?? {}
  const constraint = Object.keys(configuration).find((k) => k.startsWith('delta.constraints.'))
  if (constraint) throw lacking(table, 'write', `CHECK constraint ${constraint.slice(18)}`)
  checkFields(table, readSchema(metadata.schemaString), '')
  if (
    configuration['delta.appendOnly']?.toLowerCase() === 'true' &&
    actions.some((a) => a.remove?.dataChange === true)
  ) {
    throw new HeadrigError(
      'invalid',
      `table ${table} is append-only (delta.appendOnly): its rows cannot be removed`,
    )
  }
}

function checkFields(table: string, fields: readonly DeltaField[], at: string): void {
  for (const { name, type, metadata } of fields) {
    const found = CONSTRAINED.find(([key]) => key in metadata)
    if (found) throw lacking(table, 'write', `column ${at}${name} with ${found[1]}`)
    checkType(table, type, `${at}${name}.`)
  }
}

function checkType(table: string, type: DeltaType, at: string): void {
  if (typeof type === 'string') return
  if (type.type === 'struct') checkFields(table, type.fields, at)
  if (type.type === 'array') checkType(table, type.elementType, at)
}

function lacking(table: string, verb: 'read' | 'write', feature: string): HeadrigError {
  return new HeadrigError(
    'invalid',
    `cannot ${verb} table ${table}: it needs the Delta feature ${feature}, which headrig lacks; ${verb} it with Spark, or drop the feature there`,
  )
}
