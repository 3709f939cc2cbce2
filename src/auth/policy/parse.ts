import { closest } from '../../core/closest.js'
import { duplicateKey } from '../../core/duplicate-key.js'
import { HeadrigError, messageOf } from '../../core/errors.js'
import type { Condition } from './condition.js'
import { isRange } from './ip-range.js'
import { OPERATORS, type OperatorName } from './operators.js'
import type { Choice, Policy, PrincipalPattern, ResourcePattern, Statement } from './policy.js'
import { parseTemplate, splitArn, type Template } from './template.js'

/** What a policy is for: those of resources and roles name principals, those of identities do not. */
export type PolicyKind = 'identity' | 'resource' | 'trust'

/** The most characters of a policy, blanks not counted: the longest that AWS itself has fits. */
export const LONGEST_POLICY = 262_144
const LONGEST_TEXT = 1 << 20

const VERSIONS = ['2012-10-17', '2008-10-17']
const STATEMENT_KEYS = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
]
const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const

interface Place {
  readonly policy: string
  readonly kind: PolicyKind
  readonly variables: boolean
  /** Where in the policy: `statement 2 (ReadLogs)`. */
  readonly at: string
}

/**
 * Reads an IAM policy document.
 * @param name of the policy, for messages
 * @throws HeadrigError `invalid` that names the policy, the statement and the place in it
 * @example parsePolicy('{"Version":"2012-10-17","Statement":[…]}', 'read-only', 'identity')
 */
export function parsePolicy(text: string, name: string, kind: PolicyKind): Policy {
  const top: Place = { policy: name, kind, variables: false, at: 'the document' }
  if (text.length > LONGEST_TEXT || text.replace(/\s/g, '').length > LONGEST_POLICY)
    throw wrong(top, `has more than ${LONGEST_POLICY} characters: make two of it`)
  const document = object(json(text, top), top)
  known(document, ['Version', 'Id', 'Statement'], top)
  const version = document['Version'] ?? '2008-10-17'
  if (typeof version !== 'string' || !VERSIONS.includes(version))
    throw wrong(top, `has the Version ${shown(version)}: write "2012-10-17"`)
  const given = document['Statement']
  const list = Array.isArray(given) ? (given as readonly unknown[]) : [given]
  if (given === undefined || list.length === 0) throw wrong(top, 'has no Statement')
  const sids = new Set<string>()
  const statements = list.map((one, i) => {
    const numbered = { ...top, variables: version === '2012-10-17', at: `statement ${i + 1}` }
    const statement = parseStatement(object(one, numbered), numbered)
    const { Sid: sid } = one as { readonly Sid?: string }
    if (sid && sids.has(sid))
      throw wrong(numbered, `has the Sid ${shown(sid)} of another statement`)
    if (sid) sids.add(sid)
    return sid ? { ...statement, label: sid } : { ...statement, label: String(i + 1) }
  })
  return { name, statements }
}

function parseStatement(given: Fields, numbered: Place): Omit<Statement, 'label'> {
  known(given, STATEMENT_KEYS, numbered)
  const { Sid: sid, Effect: effect } = given
  if (sid !== undefined && (typeof sid !== 'string' || !/^[\w ]{0,128}$/.test(sid)))
    throw wrong(numbered, `has the Sid ${shown(sid)}: use letters and digits`)
  const place = sid ? { ...numbered, at: `${numbered.at} (${sid})` } : numbered
  if (effect !== 'Allow' && effect !== 'Deny')
    throw wrong(place, `has the Effect ${shown(effect)}: write Allow or Deny`)
  const isTrust = place.kind === 'trust'
  if (isTrust && (given['Resource'] ?? given['NotResource']) !== undefined)
    throw wrong(place, 'has a Resource, which a trust policy has not')
  const resources = isTrust
    ? undefined
    : choice(given, 'Resource', place, (s) => resource(s, place))
  const principals = parsePrincipals(given, place)
  return {
    isAllow: effect === 'Allow',
    actions: choice(given, 'Action', place, (s) => action(s, place)),
    ...(resources && { resources }),
    ...(principals && { principals }),
    conditions: parseConditions(given['Condition'], place),
  }
}

/** One of an element and its Not…, never both, never none. */
function choice<T>(
  given: Fields,
  name: string,
  place: Place,
  read: (text: string) => T,
): Choice<T> {
  const [plain, not] = [given[name], given[`Not${name}`]]
  if ((plain === undefined) === (not === undefined))
    throw wrong(place, `needs one of ${name} and Not${name}`)
  const isNot = plain === undefined
  const at = { ...place, at: `${place.at}, ${isNot ? 'Not' : ''}${name}` }
  const patterns = texts(isNot ? not : plain, at).map(read)
  if (patterns.length === 0) throw wrong(at, 'is empty')
  return { isNot, patterns }
}

function action(text: string, place: Place): Template {
  if (!/^(?:\*|[\w*?-]{1,64}:[\w*?-]{1,128})$/.test(text))
    throw wrong(place, `has the action ${shown(text)}: write service:Operation or *`)
  return parseTemplate(text.toLowerCase(), { wildcards: true, variables: false })
}

function resource(text: string, place: Place): ResourcePattern {
  if (text === '*') return '*'
  const parts = splitArn(text)
  if (parts.length < 6 || parts[0] !== 'arn')
    throw wrong(
      place,
      `has the resource ${shown(text)}: write * or an ARN of six parts, such as arn:aws:s3:::logs/*`,
    )
  return parts.map((part) => parseTemplate(part, { wildcards: true, variables: place.variables }))
}

function parsePrincipals(given: Fields, place: Place): Choice<PrincipalPattern> | undefined {
  const isThere = (given['Principal'] ?? given['NotPrincipal']) !== undefined
  if (place.kind === 'identity') {
    if (isThere) throw wrong(place, 'has a Principal, which a policy of an identity has not')
    return undefined
  }
  const isNot = given['Principal'] === undefined
  const value = isNot ? given['NotPrincipal'] : given['Principal']
  if (!isThere || (given['Principal'] !== undefined && given['NotPrincipal'] !== undefined))
    throw wrong(place, 'needs one of Principal and NotPrincipal')
  if (value === '*') return { isNot, patterns: [{ type: '*', value: '*' }] }
  const fields = object(value, { ...place, at: `${place.at}, Principal` })
  known(fields, PRINCIPAL_TYPES, { ...place, at: `${place.at}, Principal` })
  const patterns = PRINCIPAL_TYPES.flatMap((type) => {
    if (fields[type] === undefined) return []
    const at = { ...place, at: `${place.at}, Principal.${type}` }
    return texts(fields[type], at).map((one) => principal(type, one, at))
  })
  if (patterns.length === 0) throw wrong(place, 'has a Principal without anyone')
  return { isNot, patterns }
}

function principal(
  type: (typeof PRINCIPAL_TYPES)[number],
  value: string,
  place: Place,
): PrincipalPattern {
  if (
    type === 'AWS' &&
    value !== '*' &&
    !/^(?:\d{12}|arn:aws[\w-]*:(?:iam|sts)::\d{12}:[^*?]+)$/.test(value)
  )
    throw wrong(place, `has ${shown(value)}: write *, an account of 12 digits, or a whole ARN`)
  return { type, value }
}

function parseConditions(given: unknown, place: Place): readonly Condition[] {
  if (given === undefined) return []
  const top = { ...place, at: `${place.at}, Condition` }
  return Object.entries(object(given, top)).flatMap(([name, keys]) => {
    const at = { ...place, at: `${place.at}, Condition.${name}` }
    const { operator, ...how } = parseOperator(name, at)
    return Object.entries(object(keys, at)).map(([key, value]) => {
      const here = { ...at, at: `${at.at}.${key}` }
      const values = texts(value, here).map((text) => conditionValue(operator, text, here))
      return { ...how, operator, key: key.toLowerCase(), values }
    })
  })
}

function parseOperator(
  name: string,
  place: Place,
): Pick<Condition, 'operator' | 'quantifier' | 'ifExists'> {
  const [, quantifier, base = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w*?)(IfExists)?$/i.exec(name) ?? []
  const names = [...Object.keys(OPERATORS), 'Null']
  const operator = names.find((one) => one.toLowerCase() === base.toLowerCase())
  if (operator === undefined) {
    const meant = closest(base, names)
    throw wrong(place, `is no operator of IAM${meant ? `: did you mean ${meant}?` : ''}`)
  }
  if (operator === 'Null' && (quantifier ?? ifExists) !== undefined)
    throw wrong(place, 'is no operator of IAM: Null stands alone')
  return {
    operator: operator as OperatorName | 'Null',
    ...(quantifier !== undefined && {
      quantifier: /all/i.test(quantifier) ? ('ForAllValues' as const) : ('ForAnyValue' as const),
    }),
    ifExists: ifExists !== undefined,
  }
}

function conditionValue(operator: OperatorName | 'Null', text: string, place: Place): Template {
  const hasVariable = place.variables && text.includes('${')
  if (operator.endsWith('IpAddress') && !hasVariable && !isRange(text))
    throw wrong(place, `has ${shown(text)}: write an address or a range such as 192.0.2.0/24`)
  if ((operator === 'Null' || operator === 'Bool') && !hasVariable && !/^(true|false)$/i.test(text))
    throw wrong(place, `has ${shown(text)}: write true or false`)
  if (operator.startsWith('Numeric') && !hasVariable && !/^[+-]?\d{1,30}(\.\d{1,30})?$/.test(text))
    throw wrong(place, `has ${shown(text)}: write a number`)
  const wildcards = operator !== 'Null' && OPERATORS[operator].wildcards
  return parseTemplate(text, { wildcards, variables: place.variables })
}

type Fields = Readonly<Record<string, unknown>>

function json(text: string, place: Place): unknown {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw wrong(place, `is no JSON: ${messageOf(error)}`)
  }
  const twice = duplicateKey(text)
  if (twice === undefined) return parsed
  throw wrong(place, `has ${shown(twice)} twice in one object: write it once`)
}

function object(given: unknown, place: Place): Fields {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Fields
  throw wrong(place, `is ${shown(given)}, no object`)
}

function known(given: Fields, names: readonly string[], place: Place): void {
  const stranger = Object.keys(given).find((key) => !names.includes(key))
  if (stranger === undefined) return
  const meant = closest(stranger, names)
  throw wrong(place, `has the element ${shown(stranger)}${meant ? `: did you mean ${meant}?` : ''}`)
}

/** One text or a list; numbers and booleans count as their texts. */
function texts(given: unknown, place: Place): readonly string[] {
  const list = Array.isArray(given) ? (given as readonly unknown[]) : [given]
  return list.map((one) => {
    if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
      return String(one)
    throw wrong(place, `has ${shown(one)}: write a text`)
  })
}

function wrong({ policy, at }: Place, why: string): HeadrigError {
  return new HeadrigError('invalid', `policy ${policy}: ${at} ${why}`)
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 80)
}
