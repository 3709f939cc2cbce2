import type { DdlCursor } from './ddl-cursor.js'
import type { HiveField, HiveType } from './hive-type.js'
import { SCALARS } from './hive-type.js'

const ALIASES: Readonly<Record<string, HiveType>> = {
  ...Object.fromEntries(SCALARS.map((kind) => [kind, { kind }])),
  integer: { kind: 'int' },
  real: { kind: 'float' },
}

/** Types nest no deeper: what a person writes stays far below, and each level is a call. */
const MOST_LEVELS = 64

/**
 * Reads a type, such as `array<struct<arn:string,n:int>>`.
 * Throws `invalid` with the place for a type that Athena does not have.
 */
export function parseType(cursor: DdlCursor, level = 0): HiveType {
  const { token } = cursor
  if (level > MOST_LEVELS) throw cursor.fail(`types nest more than ${MOST_LEVELS} levels deep`)
  const inner = (): HiveType => parseType(cursor, level + 1)
  const name = cursor.name('a type')
  switch (name) {
    case 'array': {
      cursor.sign('<')
      const of = inner()
      cursor.sign('>')
      return { kind: 'array', of }
    }
    case 'map': {
      cursor.sign('<')
      const key = inner()
      cursor.sign(',')
      const value = inner()
      cursor.sign('>')
      return { kind: 'map', key, value }
    }
    case 'struct':
      return { kind: 'struct', fields: structFields(cursor, inner) }
    case 'decimal':
    case 'numeric': {
      const [precision = 10, scale = 0] = cursor.isSign('(')
        ? cursor.list(() => cursor.number('digits'))
        : []
      if (precision < 1 || precision > 38 || scale > precision) {
        throw cursor.fail(`decimal(${precision},${scale}) is no type: 38 digits at most`, token)
      }
      return { kind: 'decimal', precision, scale }
    }
    case 'varchar':
    case 'char':
      if (cursor.isSign('(')) cursor.list(() => cursor.number('a length'))
      return { kind: 'string' }
  }
  const known = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined
  if (!known) {
    throw cursor.fail(
      `there is no type ${JSON.stringify(name)}: use ${[...SCALARS, 'decimal', 'varchar', 'char', 'array', 'map'].join(', ')} or struct`,
      token,
    )
  }
  return known
}

function structFields(cursor: DdlCursor, type: () => HiveType): HiveField[] {
  cursor.sign('<')
  const fields: HiveField[] = []
  do {
    const { token } = cursor
    const name = cursor.name('the name of a field')
    if (fields.some((f) => f.name === name)) {
      throw cursor.fail(`the struct has two fields ${JSON.stringify(name)}`, token)
    }
    cursor.takeSign(':')
    fields.push({ name, type: type() })
    if (cursor.takeWords('COMMENT')) cursor.text('a comment')
  } while (cursor.takeSign(','))
  cursor.sign('>')
  return fields
}
