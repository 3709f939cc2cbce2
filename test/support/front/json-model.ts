// What a JSON record must become, said a second time and plainly: the oracle of the scanner's tests.
import type { Columns, LogFormat } from '../../../src/formats/format.js'
import { compactText, type Json, unquoted } from './json.js'
import { epochMicros, isoMicros } from './times.js'

type Declared =
  | { readonly kind: 'struct'; readonly path: string; readonly children: Map<string, Declared> }
  | { readonly kind: 'list'; readonly path: string; readonly names: ReadonlySet<string> }
  | { readonly kind: 'text' | 'json' | 'int' | 'long' | 'boolean'; readonly path: string }

export interface ModelRow {
  readonly slots: Readonly<Record<string, string>>
  readonly time: bigint
}
export type Modelled = { readonly row: ModelRow } | { readonly reject: string }

const NO_TIME = 'no time field'
const BAD_TIME = 'the time field is not a time'

export function modelOf(format: LogFormat): (record: Json) => Modelled {
  const root = declaredOf(format)
  const { from, via } = format.common.time
  return (record) => {
    if (record.kind !== 'object') return { reject: 'a JSON value that is no object' }
    const slots: Record<string, string> = {}
    const unmapped = readObject(record.members, root, slots)
    if (unmapped.length > 0) slots['@unmapped'] = `{${unmapped.join(',')}}`
    const at = record.members.find(
      ([key, value]) => unquoted(key) === from && compactText(value) !== 'null',
    )?.[1]
    if (!at) return { reject: NO_TIME }
    const isText = at.kind === 'scalar' && at.raw.startsWith('"')
    const spelled = isText ? unquoted(at.raw) : compactText(at)
    const time =
      via === 'iso-time' ? (isText ? isoMicros(spelled) : undefined) : epochMicros(spelled)
    return time === undefined ? { reject: BAD_TIME } : { row: { slots, time } }
  }
}

/** Fills slots from an object's members; returns the members that nothing holds, as JSON text. */
function readObject(
  members: readonly (readonly [string, Json])[],
  declared: ReadonlyMap<string, Declared>,
  slots: Record<string, string>,
): string[] {
  const unmapped: string[] = []
  for (const [key, value] of members) {
    const spec = declared.get(unquoted(key))
    const json = compactText(value)
    const spelledKey = compactText({ kind: 'scalar', raw: key })
    if (spec && json === 'null') continue
    const slot = spec && (spec.kind === 'struct' ? `${spec.path}?` : spec.path)
    if (slot === undefined || slot in slots) unmapped.push(`${spelledKey}:${json}`)
    else if (spec?.kind === 'struct' && value.kind === 'object') {
      slots[slot] = ''
      const inner = readObject(value.members, spec.children, slots)
      if (inner.length > 0) unmapped.push(`${spelledKey}:{${inner.join(',')}}`)
    } else if (spec?.kind === 'list' && value.kind === 'array') {
      slots[slot] = json
      if (!value.items.every((item) => isPlain(item, spec.names)))
        unmapped.push(`${spelledKey}:${json}`)
    } else {
      const held = spec && leafText(spec.kind, value)
      if (held === undefined) unmapped.push(`${spelledKey}:${json}`)
      else slots[slot] = held
    }
  }
  return unmapped
}

/** An element of which nothing gets lost in a list of text fields. */
function isPlain(item: Json, names: ReadonlySet<string>): boolean {
  if (item.kind !== 'object') return false
  const seen = new Set<string>()
  return item.members.every(([key, value]) => {
    const name = key.slice(1, -1)
    const fresh = !seen.has(name)
    seen.add(name)
    return fresh && names.has(name) && value.kind === 'scalar' && /^["n]/.test(value.raw)
  })
}

function leafText(kind: Declared['kind'], value: Json): string | undefined {
  const isText = value.kind === 'scalar' && value.raw.startsWith('"')
  const spelled = isText ? unquoted(value.raw) : compactText(value)
  switch (kind) {
    case 'text':
      return spelled
    case 'json':
      return compactText(value)
    case 'int':
      return isWhole(spelled, 31n, 10) ? spelled : undefined
    case 'long':
      return isWhole(spelled, 63n, 19) ? spelled : undefined
    case 'boolean':
      return spelled === 'true' || spelled === 'false' ? spelled : undefined
    case 'struct':
    case 'list':
      return undefined
  }
}

/** Whole numbers that fit, in no more digits than the largest has. */
export function isWhole(spelled: string, bits: bigint, digits: number): boolean {
  if (!/^-?\d+$/.test(spelled) || spelled.replace('-', '').length > digits) return false
  const value = BigInt(spelled)
  return value >= -(1n << bits) && value < 1n << bits
}

function declaredOf(format: LogFormat): Map<string, Declared> {
  const root = new Map<string, Declared>()
  const declare = (columns: Columns, prefix: string, into: Map<string, Declared>): void => {
    for (const column of Object.values(columns)) {
      const path = `${prefix}${column.from}`
      if (column.type === 'struct') {
        const children = new Map<string, Declared>()
        into.set(column.from, { kind: 'struct', path, children })
        declare(column.fields, `${path}.`, children)
      } else if (column.type === 'list') {
        const names = new Set(Object.values(column.fields).map((f) => f.from))
        into.set(column.from, { kind: 'list', path, names })
      } else {
        const { type } = column
        const kind = type === 'int' || type === 'long' || type === 'boolean' ? type : 'text'
        into.set(column.from, { kind: column.via === 'json' ? 'json' : kind, path })
      }
    }
  }
  declare(format.columns, '', root)
  const { time, event_id: id, ...lists } = format.common
  const paths = [time.from, ...(id === undefined ? [] : [id]), ...Object.values(lists).flat()]
  for (const path of paths.filter((p) => !p.includes('.')))
    if (!root.has(path)) root.set(path, { kind: 'text', path })
  return root
}
