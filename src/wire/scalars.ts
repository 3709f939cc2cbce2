import { LIMITS } from './limits.js'
import type { Shape } from './model.js'
import { compilePattern } from './pattern.js'
import type { Json } from './service.js'
import { unreadable, type Violations } from './violations.js'

/** Checks a value that is there, and gives what is kept of it. */
export type Reader = (value: Json, path: string, violations: Violations, depth: number) => Json

type Scalar = Exclude<Shape, { type: 'structure' | 'list' | 'map' }>

/** The checks of a value that holds no others. */
export function scalarReader(shape: Scalar): Reader {
  switch (shape.type) {
    case 'string':
      return text(shape)
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return number(shape)
    case 'boolean':
      return (value, path) => {
        if (typeof value === 'boolean') return value
        throw unconvertible(value, path, 'Boolean')
      }
    case 'timestamp':
      return (value, path) => {
        if (typeof value === 'number' && Math.abs(value) <= LATEST_SECOND) return value
        throw unconvertible(value, path, 'Timestamp in epoch seconds')
      }
    case 'blob':
      return (value, path) => {
        if (typeof value === 'string' && BASE64.test(value)) return value
        throw unconvertible(value, path, 'Blob in base64')
      }
  }
}

/** Year 9999. */
const LATEST_SECOND = 253_402_300_799
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

function text(shape: Extract<Shape, { type: 'string' }>): Reader {
  const { min = 0, max = LIMITS.characters, pattern, sensitive } = shape
  const words = shape.enum && new Set(shape.enum)
  const matches = pattern === undefined ? undefined : compilePattern(pattern)
  return (value, path, violations) => {
    if (typeof value !== 'string') throw unconvertible(value, path, 'String')
    const shown = sensitive ? undefined : value
    if (words && !words.has(value))
      violations.add(path, shown, `satisfy enum value set: [${[...words].join(', ')}]`)
    if (value.length < min)
      violations.add(path, shown, `have length greater than or equal to ${min}`)
    if (value.length > max) violations.add(path, shown, `have length less than or equal to ${max}`)
    else if (matches && (value.length > LIMITS.patternCharacters || !matches(value)))
      violations.add(path, shown, `satisfy regular expression pattern: ${pattern}`)
    return value
  }
}

function number(shape: Extract<Shape, { type: 'integer' | 'long' | 'float' | 'double' }>): Reader {
  const { type, min = -Infinity, max = Infinity } = shape
  const isWhole = type === 'integer' || type === 'long'
  const most = type === 'integer' ? 2 ** 31 : type === 'long' ? 2 ** 63 : Infinity
  return (value, path, violations) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw unconvertible(value, path, type)
    if (isWhole && (!Number.isInteger(value) || value < -most || value >= most))
      throw unreadable(path, `${value} can not be converted to ${type}`)
    if (value < min) violations.add(path, value, `have value greater than or equal to ${min}`)
    if (value > max) violations.add(path, value, `have value less than or equal to ${max}`)
    return value
  }
}

function unconvertible(value: Json, path: string, wanted: string): Error {
  const kind = Array.isArray(value)
    ? 'LIST'
    : typeof value === 'object'
      ? 'STRUCTURE'
      : typeof value
  return unreadable(path, `${kind.toUpperCase()}_VALUE can not be converted to ${wanted}`)
}
