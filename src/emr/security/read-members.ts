import { didYouMean } from '../../core/closest.js'
import { parseJson } from '../../wire/parse-json.js'
import type { Json, JsonObject } from '../../wire/service.js'
import { invalidRequest } from '../errors.js'
import { MEMBERS, type Member } from './members.js'

const LONGEST = 65_536
const MOST_ITEMS = 100
const LONGEST_TEXT = 2048

/**
 * Reads the text of a security configuration by the table of members: each must be known, of its type, and something
 * that headrig does.
 * @returns the value with booleans and numbers as such, also where they were written as texts
 * @throws AwsError `InvalidRequestException` with the path of the member
 */
export function readMembers(text: string): JsonObject {
  if (text.length > LONGEST) throw refused('', `is longer than ${LONGEST} characters`)
  let value: Json
  try {
    value = parseJson(Buffer.from(text))
  } catch (error) {
    throw invalidRequest(
      `The security configuration is not valid JSON: ${error instanceof Error ? error.message : ''}`,
    )
  }
  return read(value, '') as JsonObject
}

function read(value: Json, path: string): Json {
  const member = MEMBERS.find((one) => one.path === path)
  if (member) return scalar(value, member)
  if (MEMBERS.some((one) => one.path.startsWith(`${path}[]`))) {
    if (!Array.isArray(value)) throw refused(path, 'is not a list')
    if (value.length === 0 || value.length > MOST_ITEMS)
      throw refused(path, `has ${value.length} items: give 1 to ${MOST_ITEMS}`)
    return (value as readonly Json[]).map((item) => read(item, `${path}[]`))
  }
  return block(value, path)
}

function block(value: Json, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refused(path, 'is not an object')
  const start = path === '' ? '' : `${path}.`
  const known = new Set(
    MEMBERS.filter((one) => one.path.startsWith(start)).map(
      (one) => /^\w+/.exec(one.path.slice(start.length))?.[0] ?? '',
    ),
  )
  const entries = Object.entries(value as JsonObject).map(([name, member]) => {
    if (!known.has(name))
      throw refused(`${start}${name.slice(0, 64)}`, `is unknown${didYouMean(name, [...known])}`)
    return [name, read(member ?? null, `${start}${name}`)] as const
  })
  return Object.fromEntries(entries)
}

function scalar(value: Json, member: Member): Json {
  const { path, values, refused: why } = member
  const found = typed(value, member)
  if (values && !values.includes(String(found)))
    throw refused(path, `is ${JSON.stringify(found)}: write one of ${values.join(', ')}`)
  const reason = typeof why === 'object' ? why[String(found)] : found === false ? undefined : why
  if (reason !== undefined)
    throw refused(path, `is ${JSON.stringify(found)}, which is not supported: ${reason}`)
  return found
}

function typed(value: Json, { path, type, least, most }: Member): boolean | number | string {
  if (type === 'truth') {
    // AWS's own examples write "true".
    const word = typeof value === 'string' ? value.toLowerCase() : value
    if (word === true || word === 'true') return true
    if (word === false || word === 'false') return false
    throw refused(path, 'is neither true nor false')
  }
  if (type === 'number') {
    const number = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number)) throw refused(path, 'is no number')
    if (number < (least ?? 0) || number > (most ?? number))
      throw refused(path, `is ${number}: write ${least} to ${most}`)
    return number
  }
  if (typeof value !== 'string' || value === '') throw refused(path, 'is not a text')
  if (value.length > LONGEST_TEXT || /\p{Cc}/u.test(value))
    throw refused(path, `is longer than ${LONGEST_TEXT} characters or has control characters`)
  return value
}

function refused(path: string, why: string): Error {
  return invalidRequest(`The security configuration${path === '' ? '' : `: ${path}`} ${why}.`)
}
