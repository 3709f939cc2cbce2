import type { Column, Columns, LogFormat } from '../formats/format.js'

/** How a staged column's values are written: as text, or parsed. */
export type StagedKind =
  | 'text'
  | 'int'
  | 'long'
  | 'double'
  | 'boolean'
  | 'iso-time'
  | 'epoch-seconds'

/** One raw value that a scanner collects; its index is its slot. */
export interface Slot {
  /** The raw path, such as `userIdentity.arn`; a struct's presence is `userIdentity?`. */
  readonly name: string
  readonly kind: StagedKind
}

/** Kinds of keys as the scanner knows them (`K_…` in wasm/assembly/json.ts). */
const KEY_KIND = {
  text: 0,
  json: 1,
  int: 2,
  long: 3,
  double: 4,
  boolean: 5,
  'iso-time': 6,
  struct: 7,
  list: 8,
  container: 9,
  envelope: 10,
} as const

export const NO_SLOT = 0xffff
/** Of a key's flags. */
const HOLDS_NUMBER = 4

export interface PlanKey {
  readonly name: string
  kind: number
  slot: number
  child?: PlanNode
  /** Bits. 1: its text is the record's time in ISO 8601, 2: in epoch seconds; 4: its slot holds a number, not text. */
  flags: number
}

export interface PlanNode {
  readonly keys: PlanKey[]
}

/** What a scanner needs to know of a format. */
export interface ScanPlan {
  readonly slots: readonly Slot[]
  readonly root: PlanNode
  readonly unmappedSlot: number
  /** The log's own id, `NO_SLOT` when it has none. */
  readonly idSlot: number
  readonly sourceIp: readonly number[]
  readonly destIp: readonly number[]
  /** Slots that hold a number, not its text. */
  readonly numbers: ReadonlySet<number>
}

/** The slot of fields that no column holds. */
export const UNMAPPED = '@unmapped'

/** Compiles a format's data into the tree of keys and the slots that its records fill. */
export function planOf(format: LogFormat): ScanPlan {
  const slots: Slot[] = []
  const slot = (name: string, kind: StagedKind): number => {
    const at = slots.findIndex((s) => s.name === name)
    return at >= 0 ? at : slots.push({ name, kind }) - 1
  }
  const root: PlanNode = { keys: [] }
  const keyOf = (node: PlanNode, name: string): PlanKey | undefined =>
    node.keys.find((k) => k.name === name)

  const struct = (node: PlanNode, name: string, path: string): PlanNode => {
    let key = keyOf(node, name)
    if (!key) {
      key = {
        name,
        kind: KEY_KIND.struct,
        slot: slot(`${path}?`, 'text'),
        flags: 0,
        child: { keys: [] },
      }
      node.keys.push(key)
    }
    return (key.child ??= { keys: [] })
  }
  /** Walks a dotted path; a `fields` format's tokens have no dots to walk. */
  const leaf = (path: string, column: { type: string; via?: string | undefined }): PlanKey => {
    const parts = format.framing.kind === 'json' ? path.split('.') : [path]
    let node = root
    for (let i = 0; i < parts.length - 1; i++)
      node = struct(node, parts[i] as string, parts.slice(0, i + 1).join('.'))
    const name = parts.at(-1) as string
    let key = keyOf(node, name)
    if (!key) {
      const kind = leafKind(column)
      key = {
        name,
        kind: KEY_KIND[kind === 'epoch-seconds' ? 'text' : kind],
        slot: slot(path, stagedKind(kind)),
        flags: 0,
      }
      node.keys.push(key)
    }
    return key
  }
  const declare = (columns: Columns, prefix: string): void => {
    for (const column of Object.values(columns) as Column[]) {
      const path = prefix === '' ? column.from : `${prefix}.${column.from}`
      if (column.type === 'struct') {
        const parent = prefix === '' ? root : nodeAt(root, prefix)
        struct(parent, column.from, path)
        declare(column.fields, path)
      } else if (column.type === 'list') {
        const child: PlanNode = {
          keys: Object.values(column.fields).map((f) => ({
            name: f.from,
            kind: KEY_KIND.text,
            slot: NO_SLOT,
            flags: 0,
          })),
        }
        const parent = prefix === '' ? root : nodeAt(root, prefix)
        parent.keys.push({
          name: column.from,
          kind: KEY_KIND.list,
          slot: slot(path, 'text'),
          flags: 0,
          child,
        })
      } else leaf(path, column)
    }
  }
  declare(format.columns, '')
  const texts = new Set<PlanKey>()
  const text = (path: string): number => {
    const key = leaf(path, { type: 'string' })
    texts.add(key)
    return key.slot
  }
  leaf(format.common.time.from, { type: 'string' }).flags =
    format.common.time.via === 'iso-time' ? 1 : 2
  const idSlot = format.common.event_id === undefined ? NO_SLOT : text(format.common.event_id)
  for (const paths of [format.common.account_id, format.common.region, format.common.actor])
    paths?.forEach(text)
  const sourceIp = (format.common.source_ip ?? []).map(text)
  const destIp = (format.common.dest_ip ?? []).map(text)
  if (format.framing.kind === 'json') {
    for (const name of format.framing.containers)
      root.keys.push({ name, kind: KEY_KIND.container, slot: NO_SLOT, flags: 0 })
    for (const name of format.framing.envelopes)
      root.keys.push({ name, kind: KEY_KIND.envelope, slot: NO_SLOT, flags: 0 })
  }
  if (format.framing.kind === 'fields') {
    for (const key of root.keys) {
      const whole = key.kind === KEY_KIND.int || key.kind === KEY_KIND.long
      if (whole && !texts.has(key)) key.flags |= HOLDS_NUMBER
    }
  }
  const numbers = new Set(root.keys.filter((k) => k.flags & HOLDS_NUMBER).map((k) => k.slot))
  const unmappedSlot = slot(UNMAPPED, 'text')
  return { slots, root, unmappedSlot, idSlot, sourceIp, destIp, numbers }
}

function nodeAt(root: PlanNode, path: string): PlanNode {
  let node = root
  for (const part of path.split('.')) {
    const child = node.keys.find((k) => k.name === part)?.child
    if (!child) throw new Error(`no struct at ${path}`)
    node = child
  }
  return node
}

type LeafKind =
  | 'text'
  | 'json'
  | 'int'
  | 'long'
  | 'double'
  | 'boolean'
  | 'iso-time'
  | 'epoch-seconds'

function leafKind(column: { type: string; via?: string | undefined }): LeafKind {
  if (column.via === 'json' || column.via === 'iso-time' || column.via === 'epoch-seconds')
    return column.via
  switch (column.type) {
    case 'int':
    case 'long':
    case 'double':
    case 'boolean':
      return column.type
    case 'timestamp':
      return 'iso-time'
    default:
      return 'text'
  }
}

function stagedKind(kind: LeafKind): StagedKind {
  return kind === 'json' ? 'text' : kind
}
