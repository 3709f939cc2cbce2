import {
  COMMON_COLUMNS,
  type Column,
  type CommonName,
  type LogFormat,
  type ScalarType,
} from '../../formats/format.js'
import { type ScanPlan, UNMAPPED } from '../plan.js'

/** What an object's key and URI say of its rows. */
export type ObjectFact = 'uri' | 'account' | 'region'

/** Where a leaf's values come from. */
export type LeafSource =
  | {
      readonly kind: 'text'
      /** The first of these slots that has a value … */
      readonly slots: readonly number[]
      /** … else what the object says. */
      readonly fact?: ObjectFact
    }
  | {
      readonly kind: 'number'
      readonly slot: number
      /** How its text is read; `read`: the scanner has done it. */
      readonly as: NumberKind | 'read'
    }
  | { readonly kind: 'fixed'; readonly what: 'time' | 'record' | 'ingested' }
  | { readonly kind: 'id'; readonly slot: number }
  /** Address keys of the text that these slots hold. */
  | { readonly kind: 'ip-key'; readonly slots: readonly number[] }
  | { readonly kind: 'list'; readonly slot: number; readonly name: string }

export type NumberKind = 'int' | 'long' | 'boolean' | 'iso-time' | 'epoch-seconds'

/** Parquet's physical types, as its metadata numbers them. */
export const PHYSICAL = { boolean: 0, int32: 1, int64: 2, double: 5, text: 6 } as const

export interface Leaf {
  /** From the root, with the levels of lists. */
  readonly path: readonly string[]
  readonly type: ScalarType
  readonly maxDef: number
  readonly maxRep: number
  /** Slots that say whether the structs around it are there, outermost first. */
  readonly presence: readonly number[]
  readonly source: LeafSource
  readonly hot: boolean
}

/** A column of a table: its leaves, and how they nest. */
export interface ColumnTree {
  readonly name: string
  readonly node: SchemaNode
  readonly leaves: readonly Leaf[]
  /** Left out of a file in which no row has a value; structs never are. */
  readonly optional: boolean
}

export type SchemaNode =
  | { readonly kind: 'leaf'; readonly type: ScalarType }
  | {
      readonly kind: 'struct' | 'list'
      readonly fields: readonly { readonly name: string; readonly node: SchemaNode }[]
    }

/** The columns of a log type's data files, from the format's data; `event_day` is the partition, not a column. */
export function columnTrees(format: LogFormat, plan: ScanPlan): readonly ColumnTree[] {
  const slotOf = (name: string): number => plan.slots.findIndex((s) => s.name === name)
  const common = (Object.keys(COMMON_COLUMNS) as CommonName[])
    .filter((name) => name !== 'event_day')
    .map((name) => {
      const column = COMMON_COLUMNS[name]
      return scalarTree(
        name,
        column.type,
        commonSource(name, format, plan, slotOf),
        'hot' in column,
      )
    })
  const own = Object.entries(format.columns).map(([name, column]) =>
    ownTree(name, column, plan, slotOf),
  )
  return [...common, ...own]
}

function scalarTree(name: string, type: ScalarType, source: LeafSource, hot: boolean): ColumnTree {
  const leaf: Leaf = { path: [name], type, maxDef: 1, maxRep: 0, presence: [], source, hot }
  return { name, node: { kind: 'leaf', type }, leaves: [leaf], optional: true }
}

function commonSource(
  name: CommonName,
  format: LogFormat,
  plan: ScanPlan,
  slotOf: (name: string) => number,
): LeafSource {
  const { common } = format
  const text = (paths: readonly string[] | undefined, fact?: ObjectFact): LeafSource => ({
    kind: 'text',
    slots: (paths ?? []).map(slotOf),
    ...(fact ? { fact } : {}),
  })
  switch (name) {
    case 'time':
      return { kind: 'fixed', what: 'time' }
    case 'ingested_at':
      return { kind: 'fixed', what: 'ingested' }
    case 'source_row':
      return { kind: 'fixed', what: 'record' }
    case 'event_id':
      return { kind: 'id', slot: plan.idSlot }
    case 'account_id':
      return text(common.account_id, 'account')
    case 'region':
      return text(common.region, 'region')
    case 'source_object':
      return text([], 'uri')
    case 'actor':
      return text(common.actor)
    case 'source_ip':
      return text(common.source_ip)
    case 'dest_ip':
      return text(common.dest_ip)
    case 'source_ip_key':
      return { kind: 'ip-key', slots: plan.sourceIp }
    case 'dest_ip_key':
      return { kind: 'ip-key', slots: plan.destIp }
    case 'unmapped':
      return text([UNMAPPED])
    case 'event_day':
      throw new Error('event_day is the partition')
  }
}

function ownTree(
  name: string,
  column: Column,
  plan: ScanPlan,
  slotOf: (name: string) => number,
): ColumnTree {
  const leaves: Leaf[] = []
  const build = (
    at: Column,
    path: readonly string[],
    raw: string,
    presence: readonly number[],
  ): SchemaNode => {
    if (at.type === 'struct') {
      const inside = [...presence, slotOf(`${raw}?`)]
      const fields = Object.entries(at.fields).map(([field, c]) => ({
        name: field,
        node: build(c, [...path, field], `${raw}.${c.from}`, inside),
      }))
      return { kind: 'struct', fields }
    }
    if (at.type === 'list') {
      const slot = slotOf(raw)
      const fields = Object.entries(at.fields).map(([field, c]) => {
        leaves.push({
          path: [...path, 'list', 'element', field],
          type: 'string',
          maxDef: 4,
          maxRep: 1,
          presence: [],
          source: { kind: 'list', slot, name: c.from },
          hot: false,
        })
        return { name: field, node: { kind: 'leaf', type: 'string' } as const }
      })
      return { kind: 'list', fields }
    }
    leaves.push({
      path,
      type: at.type,
      maxDef: presence.length + 1,
      maxRep: 0,
      presence,
      source: scalarSource(at.type, at.via, slotOf(raw), plan),
      hot: at.hot === true,
    })
    return { kind: 'leaf', type: at.type }
  }
  const node = build(column, [name], column.from, [])
  return { name, node, leaves, optional: node.kind !== 'struct' }
}

function scalarSource(
  type: ScalarType,
  via: string | undefined,
  slot: number,
  plan: ScanPlan,
): LeafSource {
  if (plan.numbers.has(slot)) return { kind: 'number', slot, as: 'read' }
  switch (type) {
    case 'int':
    case 'long':
    case 'boolean':
      return { kind: 'number', slot, as: type }
    case 'timestamp':
      return { kind: 'number', slot, as: via === 'epoch-seconds' ? 'epoch-seconds' : 'iso-time' }
    case 'string':
      return { kind: 'text', slots: [slot] }
    case 'double':
    case 'date':
      throw new Error(`a ${type} column is not written yet: use string or long`)
  }
}

/** Whether a leaf can have a value at all, going by the slots that have one. */
export function mayHaveValue(source: LeafSource, present: Uint8Array): boolean {
  if (source.kind === 'text')
    return source.fact !== undefined || source.slots.some((s) => present[s] === 1)
  if (source.kind === 'ip-key') return source.slots.some((s) => present[s] === 1)
  if (source.kind === 'number' || source.kind === 'list') return present[source.slot] === 1
  return true
}
