/** Types without parts, by their names in Hive; others are spelt as one of them. */
export const SCALARS = [
  'boolean',
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'float',
  'double',
  'string',
  'binary',
  'date',
  'timestamp',
] as const

export type HiveScalar = (typeof SCALARS)[number]

/** A column's type as Hive and Athena write it. `varchar(n)` and `char(n)` keep no length. */
export type HiveType =
  | { readonly kind: HiveScalar }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'array'; readonly of: HiveType }
  | { readonly kind: 'map'; readonly key: HiveType; readonly value: HiveType }
  | { readonly kind: 'struct'; readonly fields: readonly HiveField[] }

export interface HiveField {
  /** Lower case: Hive knows no other. */
  readonly name: string
  readonly type: HiveType
}

/**
 * The type as Hive writes it.
 * @example typeText({ kind: 'array', of: { kind: 'int' } }) // 'array<int>'
 */
export function typeText(type: HiveType): string {
  if (type.kind === 'decimal') return `decimal(${type.precision},${type.scale})`
  if (type.kind === 'array') return `array<${typeText(type.of)}>`
  if (type.kind === 'map') return `map<${typeText(type.key)},${typeText(type.value)}>`
  if (type.kind !== 'struct') return type.kind
  return `struct<${type.fields.map((f) => `${quotedField(f.name)}:${typeText(f.type)}`).join(',')}>`
}

const quotedField = (name: string): string =>
  /^[a-z_]\w*$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
