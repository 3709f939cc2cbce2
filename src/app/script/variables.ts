import { didYouMean } from '../../core/closest.js'
import { HeadrigError } from '../../core/errors.js'
import { unitAt } from './split-statements.js'

/** What `${…}` of a script may stand for. */
export interface Variables {
  readonly hivevar: ReadonlyMap<string, string>
  readonly hiveconf: ReadonlyMap<string, string>
  /** Those of the environment that the script may see. */
  readonly env: ReadonlyMap<string, string>
}

/**
 * Reads `name=value`, as `-d`, `--hivevar` and `--hiveconf` take it.
 * @throws `invalid` without a name
 * @example parseDefinition('INPUT=s3://logs/in') // ['INPUT', 's3://logs/in']
 */
export function parseDefinition(text: string): readonly [string, string] {
  const [, name, value] = /^([^\s=${}]+)=([\s\S]*)$/.exec(text) ?? []
  if (name !== undefined && value !== undefined) return [name, value]
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(text)} defines no variable: write name=value, such as -d INPUT=s3://bucket/in`,
  )
}

/** A text whose variables are replaced. */
export interface Substituted {
  readonly sql: string
  /** Where a place of `sql` comes from; inside of a value: where its variable stands. */
  original(at: number): number
}

const VARIABLE = /\$\{([^}$\s]+)\}/g

/**
 * Replaces `${name}`, `${hivevar:name}`, `${hiveconf:name}` and `${env:NAME}` by their values, also inside of
 * quotes, as Hive does: the values are text, and no `${…}` of theirs is read again. Comments stay as they
 * are, and so does `${column}` in a `storage.location.template`.
 * @throws what `fail` makes of a variable that is not set
 */
export function substitute(
  text: string,
  variables: Variables,
  backslash: boolean,
  fail: (message: string, at: number) => Error,
): Substituted {
  const shifts: { readonly at: number; readonly length: number; readonly from: number }[] = []
  let sql = ''
  let template = 0
  for (let at = 0; at < text.length;) {
    const isVariable = text.startsWith('${', at)
    const unit = isVariable ? wholeVariable(text, at) : unitAt(text, at, backslash)
    const isComment = unit.startsWith('--') || unit.startsWith('/*')
    template = templateState(template, unit, isComment)
    if (isComment) sql += unit
    else {
      let done = 0
      for (const found of unit.matchAll(VARIABLE)) {
        const [whole, name = ''] = found
        if (template === 3 && !name.includes(':')) continue
        const from = at + found.index
        const value = valueOf(name, variables, (message) => fail(message, from))
        sql += unit.slice(done, found.index)
        shifts.push({ at: sql.length, length: value.length, from })
        sql += value
        done = found.index + whole.length
        shifts.push({ at: sql.length, length: 0, from: at + done })
      }
      sql += unit.slice(done)
    }
    at += unit.length
  }
  return {
    sql,
    original(at) {
      const shift = shifts.findLast((s) => s.at <= at)
      if (!shift) return at
      return shift.from + (at < shift.at + shift.length || shift.length > 0 ? 0 : at - shift.at)
    },
  }
}

function wholeVariable(text: string, at: number): string {
  const end = text.indexOf('}', at)
  return end < 0 ? '$' : text.slice(at, end + 1)
}

/** 1: the name of the property was read, 2: the `=` behind it, 3: this is its value. */
function templateState(state: number, unit: string, isComment: boolean): number {
  if (isComment || unit.trim() === '') return state
  if (/^(['"])storage\.location\.template\1$/i.test(unit)) return 1
  if (state === 1 && unit === '=') return 2
  return state === 2 ? 3 : 0
}

function valueOf(
  name: string,
  { hivevar, hiveconf, env }: Variables,
  fail: (message: string) => Error,
): string {
  const [, space, own = name] = /^(\w+):(.*)$/.exec(name) ?? []
  switch (space) {
    case undefined: {
      const value = hivevar.get(own) ?? hiveconf.get(own)
      if (value !== undefined) return value
      throw fail(unset(own, [...hivevar.keys(), ...hiveconf.keys()], `-d ${own}=value`))
    }
    case 'hivevar':
    case 'define': {
      const value = hivevar.get(own)
      if (value !== undefined) return value
      throw fail(unset(own, hivevar.keys(), `-d ${own}=value`))
    }
    case 'hiveconf': {
      const value = hiveconf.get(own)
      if (value !== undefined) return value
      throw fail(unset(own, hiveconf.keys(), `--hiveconf ${own}=value`))
    }
    case 'env': {
      const value = env.get(own)
      if (value !== undefined) return value
      throw fail(
        `the environment's ${JSON.stringify(own)} is not open to this script, or not set: name it with --env ${own}`,
      )
    }
    default:
      throw fail(
        `\${${name}}: there are no variables ${JSON.stringify(`${space}:`)}: write \${name}, \${hivevar:name}, \${hiveconf:name} or \${env:NAME}`,
      )
  }
}

function unset(name: string, known: Iterable<string>, flag: string): string {
  const meant = didYouMean(name, known)
  return `variable ${JSON.stringify(name)} is not set${meant === '' ? ': ' : `${meant} else `}give it with ${flag}, or SET it before`
}
