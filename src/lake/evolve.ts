import { HeadrigError } from '../core/errors.js'
import type { TableColumn } from '../formats/table-schema.js'
import type { Action } from './actions.js'
import { readSchema, toDeltaFields, typeName, writeSchema } from './schema.js'
import type { DeltaField, DeltaType } from './schema.js'
import type { Snapshot } from './snapshot.js'

/**
 * The action that adds the columns, and the fields inside structs, which a table does not have yet;
 * undefined when it has them all. Columns it has beyond these stay. Throws `invalid` when a column
 * would change its type.
 * @example const action = evolve(snapshot, tableColumns(format))
 */
export function evolve(snapshot: Snapshot, columns: readonly TableColumn[]): Action | undefined {
  const had = readSchema(snapshot.metadata.action.schemaString)
  const fields = mergeFields(had, toDeltaFields(columns), `${snapshot.table}.`)
  if (fields === had) return undefined
  return { metaData: { ...snapshot.metadata.action, schemaString: writeSchema(fields) } }
}

function mergeFields(
  had: readonly DeltaField[],
  wanted: readonly DeltaField[],
  at: string,
): readonly DeltaField[] {
  const fields = [...had]
  const places = new Map(had.map((field, index) => [field.name.toLowerCase(), index]))
  let changed = false
  for (const field of wanted) {
    const place = places.get(field.name.toLowerCase())
    const old = place === undefined ? undefined : fields[place]
    if (place === undefined || old === undefined) {
      fields.push(field)
      changed = true
      continue
    }
    if (old.name !== field.name) {
      throw new HeadrigError(
        'invalid',
        `column ${at}${field.name} differs only by case from ${at}${old.name}, which the table has: use one spelling`,
      )
    }
    const type = mergeType(old.type, field.type, `${at}${field.name}`)
    if (type === old.type) continue
    fields[place] = { ...old, type }
    changed = true
  }
  return changed ? fields : had
}

function mergeType(had: DeltaType, wanted: DeltaType, column: string): DeltaType {
  if (had === wanted) return had
  if (typeof had === 'object' && typeof wanted === 'object') {
    if (had.type === 'struct' && wanted.type === 'struct') {
      const fields = mergeFields(had.fields, wanted.fields, `${column}.`)
      return fields === had.fields ? had : { ...had, fields }
    }
    if (had.type === 'array' && wanted.type === 'array') {
      const elementType = mergeType(had.elementType, wanted.elementType, column)
      return elementType === had.elementType ? had : { ...had, elementType }
    }
  }
  throw new HeadrigError(
    'invalid',
    `column ${column} is ${typeName(had)} in the lake and cannot become ${typeName(wanted)}: give the new one another name, or collect into a new lake`,
  )
}
