import { literal, MANY, ONE, type Pattern } from './wildcard.js'

/** Text of a policy: characters, wildcards, and variables that each request has its own values of. */
export type Template = readonly TemplatePart[]

type TemplatePart = { readonly fixed: Pattern } | Variable

interface Variable {
  /** Lower case. */
  readonly key: string
  /** Of `${aws:username, 'nobody'}`. */
  readonly fallback?: string
}

/** The values of a request's condition keys, by lower-case key. */
export type Context = ReadonlyMap<string, readonly string[]>

export interface TemplateOptions {
  /** Whether `*` and `?` stand for others. */
  readonly wildcards: boolean
  /** Whether `${…}` is read: not in policies of 2008. */
  readonly variables: boolean
}

/** Unlike AWS, which takes any quotes within them, fallbacks end at the first quote. */
const VARIABLE = /\$\{(?:([*?$])|([^{}'",]{1,256}?)\s{0,8}(?:,\s{0,8}'([^'{}]{0,256})'\s{0,8})?)\}/y

/**
 * Reads text of a policy. What only looks like a variable stays as it is.
 * @example parseTemplate('logs/${aws:username}/*', { wildcards: true, variables: true })
 */
export function parseTemplate(text: string, { wildcards, variables }: TemplateOptions): Template {
  const parts: TemplatePart[] = []
  let fixed: number[] = []
  for (let i = 0; i < text.length;) {
    VARIABLE.lastIndex = i
    const found = variables && text[i] === '$' ? VARIABLE.exec(text) : null
    const [whole = '', special, key, fallback] = found ?? []
    if (special !== undefined) fixed.push(special.charCodeAt(0))
    else if (key !== undefined) {
      parts.push({ fixed }, { key: key.toLowerCase(), ...(fallback !== undefined && { fallback }) })
      fixed = []
    } else if (wildcards && text[i] === '*') fixed.push(MANY)
    else if (wildcards && text[i] === '?') fixed.push(ONE)
    else fixed.push(text.charCodeAt(i))
    i += whole.length || 1
  }
  parts.push({ fixed })
  return parts
}

/** The pattern for one request; undefined when a variable has no single value and no fallback. */
export function fill(template: Template, context: Context): Pattern | undefined {
  const [only] = template
  if (template.length === 1 && only && 'fixed' in only) return only.fixed
  const pattern: number[] = []
  for (const part of template) {
    if ('fixed' in part) pattern.push(...part.fixed)
    else {
      const values = context.get(part.key)
      const value = values?.length === 1 ? values[0] : part.fallback
      if (value === undefined) return undefined
      pattern.push(...literal(value))
    }
  }
  return pattern
}

/** What a template without wildcards says for one request. */
export function fillText(template: Template, context: Context): string | undefined {
  const pattern = fill(template, context)
  return pattern?.map((code) => String.fromCharCode(code)).join('')
}

/** The parts of an ARN: the first five colons part them, those within `${…}` do not. */
export function splitArn(text: string): readonly string[] {
  const parts = ['']
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? ''
    if (char === '$' && text[i + 1] === '{') depth++
    else if (char === '}' && depth > 0) depth--
    if (char === ':' && depth === 0 && parts.length < 6) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts
}
