import type { ScalarType } from '../../formats/format.js'
import type { TableColumn, TableType } from '../../formats/table-schema.js'
import type { ThriftStruct, ThriftValue } from './thrift.js'
import { i32, numberIn, struct, structIn, structOf, text, textIn } from './thrift-values.js'

// Field numbers and values of parquet.thrift's SchemaElement.
const ELEMENT = { type: 1, repetition: 3, name: 4, children: 5, converted: 6, logical: 10 }
const OPTIONAL = 1
const REPEATED = 2
const LIST = 3

interface ScalarForm {
  readonly physical: number
  readonly converted?: number
  /** The field of the LogicalType union, and what it holds. */
  readonly logical?: readonly [number, ThriftValue]
  /** Without its annotation the physical type would mean another one. */
  readonly annotated: boolean
}

const MICROS_UTC = struct([
  [1, { type: 'bool', value: true }],
  [2, struct([[2, struct()]])],
])
const signed = (bits: number): ThriftValue =>
  struct([
    [1, { type: 'byte', value: bits }],
    [2, { type: 'bool', value: true }],
  ])

const FORMS: Readonly<Record<ScalarType, ScalarForm>> = {
  boolean: { physical: 0, annotated: false },
  int: { physical: 1, converted: 17, logical: [10, signed(32)], annotated: false },
  date: { physical: 1, converted: 6, logical: [6, struct()], annotated: true },
  long: { physical: 2, converted: 18, logical: [10, signed(64)], annotated: false },
  timestamp: { physical: 2, converted: 10, logical: [8, MICROS_UTC], annotated: true },
  double: { physical: 5, annotated: false },
  string: { physical: 6, converted: 0, logical: [1, struct()], annotated: true },
}

/** A column of values in a Parquet file. */
export interface Leaf {
  /** Its path from the root, the levels of lists included, in one text. */
  readonly key: string
  readonly path: readonly string[]
  readonly type: ScalarType
  /** Parquet's number of the type. */
  readonly physical: number
  readonly maxDef: number
  readonly maxRep: number
}

/** The leaves of a table's column, in order. */
export function leavesOf({ name, type }: TableColumn): readonly Leaf[] {
  return leavesBelow(type, [name], 1, 0)
}

function leavesBelow(
  type: TableType,
  path: readonly string[],
  maxDef: number,
  maxRep: number,
): readonly Leaf[] {
  if (typeof type === 'string') {
    const { physical } = FORMS[type]
    return [{ key: leafKey(path), path, type, physical, maxDef, maxRep }]
  }
  if ('struct' in type) {
    return type.struct.flatMap((f) => leavesBelow(f.type, [...path, f.name], maxDef + 1, maxRep))
  }
  return type.list.flatMap((f) =>
    leavesBelow(f.type, [...path, 'list', 'element', f.name], maxDef + 3, maxRep + 1),
  )
}

export function leafKey(path: readonly string[]): string {
  return path.join('\0')
}

/** The schema of a file with these columns: every one optional, lists in the three levels of the standard. */
export function schemaElements(columns: readonly TableColumn[]): ThriftValue[] {
  const root = struct([
    [ELEMENT.name, text('headrig')],
    [ELEMENT.children, i32(columns.length)],
  ])
  return [root, ...columns.flatMap(elementsOf)]
}

function elementsOf({ name, type }: TableColumn): ThriftValue[] {
  if (typeof type === 'string') {
    const { physical, converted, logical, annotated } = FORMS[type]
    return [
      struct([
        [ELEMENT.type, i32(physical)],
        [ELEMENT.repetition, i32(OPTIONAL)],
        [ELEMENT.name, text(name)],
        ...(annotated && converted !== undefined
          ? [[ELEMENT.converted, i32(converted)] as const]
          : []),
        ...(annotated && logical ? [[ELEMENT.logical, struct([logical])] as const] : []),
      ]),
    ]
  }
  if ('struct' in type) return groupOf(name, OPTIONAL, type.struct)
  return [
    struct([
      [ELEMENT.repetition, i32(OPTIONAL)],
      [ELEMENT.name, text(name)],
      [ELEMENT.children, i32(1)],
      [ELEMENT.converted, i32(LIST)],
      [ELEMENT.logical, struct([[LIST, struct()]])],
    ]),
    struct([
      [ELEMENT.repetition, i32(REPEATED)],
      [ELEMENT.name, text('list')],
      [ELEMENT.children, i32(1)],
    ]),
    ...groupOf('element', OPTIONAL, type.list),
  ]
}

function groupOf(name: string, repetition: number, fields: readonly TableColumn[]): ThriftValue[] {
  const group = struct([
    [ELEMENT.repetition, i32(repetition)],
    [ELEMENT.name, text(name)],
    [ELEMENT.children, i32(fields.length)],
  ])
  return [group, ...fields.flatMap(elementsOf)]
}

/** A part of a file's schema. */
export interface SchemaNode {
  readonly name: string
  readonly element: ThriftStruct
  readonly children: readonly SchemaNode[]
}

/** The top-level columns of a file's schema; undefined when it does not add up. */
export function schemaTree(elements: readonly ThriftValue[]): readonly SchemaNode[] | undefined {
  let at = 0
  const node = (depth: number): SchemaNode | undefined => {
    const element = structOf(elements[at++])
    const name = element && textIn(element, ELEMENT.name)
    if (!element || name === undefined || depth > 100) return undefined
    const children: SchemaNode[] = []
    for (let left = numberIn(element, ELEMENT.children) ?? 0; left > 0; left--) {
      const child = node(depth + 1)
      if (!child) return undefined
      children.push(child)
    }
    return { name, element, children }
  }
  const root = node(0)
  return root && at === elements.length ? root.children : undefined
}

/** Whether a column of a file means just what the table's means, so that its bytes can be taken over. */
export function isSame({ element, children, name }: SchemaNode, column: TableColumn): boolean {
  const { type } = column
  if (name !== column.name || numberIn(element, ELEMENT.repetition) !== OPTIONAL) return false
  if (typeof type === 'string') return children.length === 0 && hasForm(element, FORMS[type])
  if (element.has(ELEMENT.type)) return false
  if ('struct' in type) return isPlain(element) && sameFields(children, type.struct)
  const [list] = children
  const [item] = list?.children ?? []
  return (
    numberIn(element, ELEMENT.converted) === LIST &&
    children.length === 1 &&
    isGroup(list, 'list', REPEATED) &&
    list.children.length === 1 &&
    isGroup(item, 'element', OPTIONAL) &&
    sameFields(item.children, type.list)
  )
}

function sameFields(nodes: readonly SchemaNode[], fields: readonly TableColumn[]): boolean {
  return (
    nodes.length === fields.length &&
    fields.every((f) => nodes.some((n) => n.name === f.name && isSame(n, f)))
  )
}

function isGroup(
  node: SchemaNode | undefined,
  name: string,
  repetition: number,
): node is SchemaNode {
  return (
    node !== undefined &&
    node.name === name &&
    !node.element.has(ELEMENT.type) &&
    numberIn(node.element, ELEMENT.repetition) === repetition &&
    isPlain(node.element)
  )
}

function isPlain(element: ThriftStruct): boolean {
  return !element.has(ELEMENT.converted) && !element.has(ELEMENT.logical)
}

function hasForm(element: ThriftStruct, form: ScalarForm): boolean {
  if (numberIn(element, ELEMENT.type) !== form.physical) return false
  if (isPlain(element)) return !form.annotated
  const converted = numberIn(element, ELEMENT.converted)
  if (converted !== undefined && converted !== form.converted) return false
  const logical = structIn(element, ELEMENT.logical)
  if (!logical) return converted !== undefined
  const [id, value] = form.logical ?? [0, struct()]
  const found = logical.get(id)
  return logical.size === 1 && found !== undefined && alike(found, value)
}

function alike(a: ThriftValue, b: ThriftValue): boolean {
  if (a.type === 'struct' && b.type === 'struct') {
    return (
      a.value.size === b.value.size &&
      [...a.value].every(([id, v]) => {
        const other = b.value.get(id)
        return other !== undefined && alike(v, other)
      })
    )
  }
  return a.type === b.type && a.value === b.value
}
