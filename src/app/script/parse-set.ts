import { HeadrigError } from '../../core/errors.js'
import type { Statement } from './statement.js'
import type { Variables } from './variables.js'

/** Settings of engines that headrig does not run, or sets by itself. */
const ENGINE_SETTING =
  /^(?:hive|mapred|mapreduce|spark|tez|yarn|dfs|fs|io|parquet|orc|datanucleus|javax|hadoop|ipc|stats)\./i
/** What a script would expect to change how it is answered. */
const REFUSED: Readonly<Record<string, string>> = {
  timezone: 'times are in UTC',
  'time zone': 'times are in UTC',
  memory_limit: 'give --memory',
  max_memory: 'give --memory',
  threads: 'give --threads',
  temp_directory: 'give --temp',
}
/** Statements of Hive and Spark about things that are not here; scripts have them, results do not depend on them. */
const IGNORED: readonly (readonly [RegExp, string])[] = [
  [/^(?:add|delete|list)\s+(?:jars?|files?|archives?)\b/i, 'SerDes are built in'],
  [/^use\b/i, 'databases are not kept apart'],
  [/^(?:create|drop)\s+(?:database|schema)\b/i, 'databases are not kept apart'],
  [/^analyze\s+table\b/i, 'there are no statistics to compute'],
  [/^(?:refresh|uncache|cache)\b/i, 'nothing is cached between statements'],
  [/^reset\b/i, 'settings of engines are fixed'],
]

/** Reads `SET …`, and the statements that have no effect here; undefined for others. */
export function parseSetting(text: string, variables: Variables): Statement | undefined {
  const ignored = IGNORED.find(([pattern]) => pattern.test(text))
  if (ignored) return { kind: 'ignored', what: text.split(/\s+/, 3).join(' '), why: ignored[1] }
  const [, rest] = /^set\b\s*([\s\S]*)$/i.exec(text) ?? []
  if (rest === undefined) return undefined
  if (rest === '' || rest === '-v') return { kind: 'show-set', rows: allOf(variables) }
  const [, zone] = /^(time\s+zone)\b/i.exec(rest) ?? []
  const [, name = '', value] = /^([^=\s]+)\s*(?:=\s*([\s\S]*))?$/.exec(rest) ?? []
  const refused = REFUSED[(zone === undefined ? name : 'time zone').toLowerCase()]
  if (refused !== undefined) {
    throw new HeadrigError('invalid', `SET ${zone ?? name} is refused: ${refused}`)
  }
  if (name === '') {
    throw new HeadrigError('invalid', `SET ${rest} cannot be read: write SET name=value`)
  }
  const shown = allOf(variables).filter(([n]) => n === name || n === `hiveconf:${name}`)
  if (value === undefined) return { kind: 'show-set', rows: shown }
  if (/^(?:env|system):/i.test(name)) {
    throw new HeadrigError(
      'invalid',
      `SET ${name} is refused: a script changes only hivevar: and hiveconf: variables`,
    )
  }
  const own = name.replace(/^hiveconf:/i, '')
  if (ENGINE_SETTING.test(own)) {
    return { kind: 'ignored', what: `SET ${own}`, why: 'a setting of an engine that is not here' }
  }
  return { kind: 'set', name, value: value.trim() }
}

/** The variables with one more. */
export function withSet(variables: Variables, name: string, value: string): Variables {
  const [, space = 'hiveconf', own = name] = /^(hivevar|hiveconf):(.*)$/is.exec(name) ?? []
  const key = space.toLowerCase() === 'hivevar' ? 'hivevar' : 'hiveconf'
  return { ...variables, [key]: new Map([...variables[key], [own, value]]) }
}

function allOf({ hivevar, hiveconf }: Variables): (readonly [string, string])[] {
  const named = (space: string, of: ReadonlyMap<string, string>) =>
    [...of].map(([name, value]) => [`${space}:${name}`, value] as const)
  return [...named('hivevar', hivevar), ...named('hiveconf', hiveconf)]
}
