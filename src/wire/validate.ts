import { lowerFirst } from '../core/lower-first.js'
import { LIMITS } from './limits.js'
import type { ServiceModel, Shape } from './model.js'
import { scalarReader, type Reader } from './scalars.js'
import type { Json, JsonObject } from './service.js'
import { unreadable, Violations } from './violations.js'

/** Checks the input of an operation and gives the part of it that the model knows. */
export type Validator = (input: Json) => JsonObject

/**
 * Compiles the checks of a service's inputs. Members that are null count as absent, those that the
 * model does not know are dropped, as AWS does.
 * @returns the validator of an operation; it throws an AwsError `SerializationException` for values
 * of another kind, `ValidationException` that lists every broken constraint
 * @example validators(model)('RunJobFlow')({ Name: 'a', Instances: {} })
 */
export function validators(model: ServiceModel): (operation: string) => Validator {
  const readers = new Map<string, Reader>()
  const readerOf = (name: string): Reader => {
    const known = readers.get(name)
    if (known) return known
    const shape = model.shapes[name]
    if (!shape) throw new Error(`the model has no shape ${name}`)
    // Shapes may hold themselves: the inner one is looked up when it is met.
    readers.set(name, (...args) => readerOf(name)(...args))
    const reader = compile(shape, readerOf)
    readers.set(name, reader)
    return reader
  }
  return (operation) => {
    const shape = model.operations[operation]?.input
    const read = shape === undefined ? () => ({}) : readerOf(shape)
    return (input) => {
      const violations = new Violations()
      const value = read(input, '', violations, 0)
      violations.check()
      return value as JsonObject
    }
  }
}

function compile(shape: Shape, readerOf: (name: string) => Reader): Reader {
  switch (shape.type) {
    case 'structure':
      return structure(shape, readerOf)
    case 'list':
      return list(shape, readerOf(shape.member))
    case 'map':
      return map(shape, readerOf(shape.key), readerOf(shape.value))
    case 'string':
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
    case 'boolean':
    case 'timestamp':
    case 'blob':
      return scalarReader(shape)
  }
}

function structure(
  shape: Extract<Shape, { type: 'structure' }>,
  readerOf: (name: string) => Reader,
): Reader {
  const required = new Set(shape.required)
  const members = Object.entries(shape.members).map(([name, member]) => ({
    name,
    path: lowerFirst(name),
    isRequired: required.has(name),
    read: readerOf(member.shape),
  }))
  return (value, path, violations, depth) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw unreadable(path, `Expected a structure, got ${kindOf(value)}`)
    deepEnough(path, depth)
    const given = value as JsonObject
    const known: Record<string, Json> = {}
    for (const { name, path: own, isRequired, read } of members) {
      const member = Object.hasOwn(given, name) ? given[name] : undefined
      const at = path === '' ? own : `${path}.${own}`
      if (member !== undefined && member !== null)
        known[name] = read(member, at, violations, depth + 1)
      else if (isRequired) violations.add(at, null, 'not be null')
    }
    return known
  }
}

function list(shape: Extract<Shape, { type: 'list' }>, read: Reader): Reader {
  const { min = 0, max = LIMITS.elements } = shape
  return (value, path, violations, depth) => {
    if (!Array.isArray(value)) throw unreadable(path, `Expected list or null, got ${kindOf(value)}`)
    deepEnough(path, depth)
    checkLength(value.length, min, max, path, violations)
    if (value.length > max) return []
    return (value as readonly Json[]).map((member, i) => {
      const at = `${path}.${i + 1}.member`
      if (member !== null) return read(member, at, violations, depth + 1)
      violations.add(at, null, 'not be null')
      return null
    })
  }
}

function map(shape: Extract<Shape, { type: 'map' }>, readKey: Reader, read: Reader): Reader {
  const { min = 0, max = LIMITS.elements } = shape
  return (value, path, violations, depth) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw unreadable(path, `Expected a map, got ${kindOf(value)}`)
    deepEnough(path, depth)
    const entries = Object.entries(value)
    checkLength(entries.length, min, max, path, violations)
    if (entries.length > max) return {}
    return Object.fromEntries(
      entries.flatMap(([key, member]) => {
        if (member === null || member === undefined) return []
        const at = `${path}.${key.slice(0, 64)}.member`
        readKey(key, at, violations, depth + 1)
        return [[key, read(member, at, violations, depth + 1)]]
      }),
    )
  }
}

function checkLength(
  length: number,
  min: number,
  max: number,
  path: string,
  violations: Violations,
): void {
  if (length > max) violations.add(path, undefined, `have length less than or equal to ${max}`)
  if (length < min) violations.add(path, undefined, `have length greater than or equal to ${min}`)
}

function deepEnough(path: string, depth: number): void {
  if (depth > LIMITS.depth)
    throw unreadable(path.slice(0, 200), `The request is nested deeper than ${LIMITS.depth}`)
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
