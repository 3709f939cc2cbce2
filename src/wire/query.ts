import { AwsError } from './aws-error.js'
import { LIMITS } from './limits.js'
import type { ServiceModel, Shape } from './model.js'
import type { Json } from './service.js'

/** The parameters of a Query request's form. */
export type QueryForm = ReadonlyMap<string, string>

const MOST_PARAMETERS = 1000
const FALSE_TRUE: Readonly<Record<string, boolean>> = { true: true, false: false }

/**
 * Reads `application/x-www-form-urlencoded`.
 * @throws AwsError `MalformedQueryString`
 */
export function parseForm(body: Uint8Array): QueryForm {
  const form = new Map<string, string>()
  let text = ''
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    for (const part of text === '' ? [] : text.split('&', MOST_PARAMETERS + 1)) {
      const mark = part.indexOf('=')
      const name = decode(mark < 0 ? part : part.slice(0, mark))
      if (form.has(name)) throw new Error(`it has ${JSON.stringify(name.slice(0, 64))} twice`)
      form.set(name, mark < 0 ? '' : decode(part.slice(mark + 1)))
    }
  } catch (error) {
    const why = error instanceof URIError ? 'it has a % that is no escape' : String(error)
    throw new AwsError('MalformedQueryString', `The body is no form that can be read: ${why}`)
  }
  if (form.size > MOST_PARAMETERS)
    throw new AwsError(
      'MalformedQueryString',
      `The form has more than ${MOST_PARAMETERS} parameters`,
    )
  return form
}

/**
 * The input of an operation as its model has it, to be validated like that of a JSON request.
 * Numbers and booleans that are none stay texts, which the validator refuses.
 * @example queryInput(sts, 'AssumeRole', parseForm(body)) // { RoleArn: 'arn:…', Tags: [{ Key: 'a', Value: 'b' }] }
 */
export function queryInput(model: ServiceModel, operation: string, form: QueryForm): Json {
  const shape = model.operations[operation]?.input
  if (shape === undefined) return {}
  return valueAt(model.shapes, shape, form, '', 0) ?? {}
}

function valueAt(
  shapes: Readonly<Record<string, Shape>>,
  name: string,
  form: QueryForm,
  path: string,
  depth: number,
): Json | undefined {
  const shape = shapes[name]
  if (!shape || depth > LIMITS.depth) return undefined
  switch (shape.type) {
    case 'structure': {
      const entries = Object.entries(shape.members).flatMap(([member, { shape: of }]) => {
        const own = path === '' ? member : `${path}.${member}`
        const value = valueAt(shapes, of, form, own, depth + 1)
        return value === undefined ? [] : [[member, value] as const]
      })
      return entries.length > 0 || path === '' ? Object.fromEntries(entries) : undefined
    }
    case 'list': {
      const values: Json[] = []
      for (let i = 1; i <= form.size; i++) {
        const value = valueAt(shapes, shape.member, form, `${path}.member.${i}`, depth + 1)
        if (value === undefined) break
        values.push(value)
      }
      return values.length > 0 || form.get(path) === '' ? values : undefined
    }
    case 'map':
      return undefined
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return numberOf(form.get(path))
    case 'boolean': {
      const text = form.get(path)
      return text === undefined ? undefined : (FALSE_TRUE[text.toLowerCase()] ?? text)
    }
    case 'timestamp':
      return secondsOf(form.get(path))
    case 'string':
    case 'blob':
      return form.get(path)
  }
}

function numberOf(text: string | undefined): Json | undefined {
  return text !== undefined && /^-?\d{1,18}(?:\.\d{1,18})?$/.test(text) ? Number(text) : text
}

function secondsOf(text: string | undefined): Json | undefined {
  const ms = text === undefined ? NaN : Date.parse(text)
  return Number.isNaN(ms) ? text : ms / 1000
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}
