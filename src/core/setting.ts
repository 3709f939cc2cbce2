import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { HeadrigError } from './errors.js'

/** Environment variables, as Node has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** One thing the user can set, in every way there is to set it. */
export interface Setting<T> {
  /** Its place in `headrig.yaml`, dots between the parts. */
  readonly key: string
  readonly flag: string
  /** The first that is set wins; those of AWS come after our own. */
  readonly env: readonly string[]
  readonly placeholder: string
  readonly doc: string
  /** `base`: the folder that relative paths start from. Throws `invalid`. */
  readonly parse: (text: string, base: string) => T
  readonly initial: (env: Environment, cwd: string) => T
  /** For people; never shows a secret. */
  readonly show: (value: T) => string
}

/** The ways to set it. */
export function names(
  key: string,
  flag: string,
  env: readonly string[],
  placeholder: string,
): Pick<Setting<unknown>, 'key' | 'flag' | 'env' | 'placeholder'> {
  return { key, flag, env, placeholder }
}

/** For people; nothing for what is not set. */
export function shown(value: string | boolean | undefined): string {
  return value === undefined ? '' : String(value)
}

/** An absolute path; `~` is the home folder. */
export function path(text: string, base: string): string {
  return /^~(?=\/|$)/.test(text) ? join(homedir(), text.slice(1)) : resolve(base, text)
}

/** A URI as it is, a path as an absolute one. */
export function location(text: string, base: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : path(text, base)
}

/** Reads yes or no. Throws `invalid`. */
export function truth(text: string): boolean {
  const word = text.trim().toLowerCase()
  if (['', 'yes', 'true', '1', 'on'].includes(word)) return true
  if (['no', 'false', '0', 'off'].includes(word)) return false
  throw new HeadrigError('invalid', `${JSON.stringify(text)} is neither yes nor no`)
}

/** Reads the URL of a service. Throws `invalid`. */
export function httpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/i.test(text)) return text
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(withoutPassword(text))} is no http(s) URL: write it like http://127.0.0.1:9000`,
  )
}

/** A URI as it may be shown. */
export function withoutPassword(uri: string): string {
  return uri.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1***@')
}
