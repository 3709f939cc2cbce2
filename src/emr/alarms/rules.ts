import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { didYouMean } from '../../core/closest.js'
import { parseDuration } from '../../core/duration.js'
import { HeadrigError, messageOf } from '../../core/errors.js'
import { isLoopback } from '../../core/loopback.js'
import { fromYaml } from '../../core/yaml.js'
import { METRICS } from '../metrics/names.js'
import { STATISTICS } from '../metrics/statistic.js'
import { COMPARISONS, MISSING_DATA, type AlarmCondition, type Comparison } from './evaluate.js'

/** An alarm on a metric of every cluster that it is for. */
export interface AlarmRule {
  readonly name: string
  readonly metric: string
  /** The one cluster that it is for; default: all that have the tags. */
  readonly cluster?: string
  /** What a cluster must be tagged with. */
  readonly tags: Readonly<Record<string, string>>
  readonly when: Required<AlarmCondition>
  readonly webhook?: Webhook
}

/** Who is told when an alarm begins and ends. */
export interface Webhook {
  readonly url: string
  /** What messages are signed with. A secret: never print it. */
  readonly secret?: string
}

const MOST_RULES = 200
const MOST_BYTES = 1 << 20
/** Of CloudWatch: the longest that an alarm may look back. */
const LONGEST_MS = 86_400_000
const LEAST_SECRET = 16

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads the rules of a file: `alarms:` with a list.
 * @throws HeadrigError `invalid` that names the file, the rule and the member
 */
export async function readAlarmRules(path: string): Promise<readonly AlarmRule[]> {
  const text = await readText(path)
  const { alarms, ...others } = fieldsOf(await fromYaml(text, path), path)
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw wrong(path, `unknown member ${JSON.stringify(unknown)}`)
  if (!Array.isArray(alarms)) throw wrong(path, 'write alarms: with a list of rules')
  if (alarms.length > MOST_RULES) throw wrong(path, `more than ${MOST_RULES} rules`)
  const rules = await Promise.all(
    alarms.map((alarm: unknown, i) => readRule(alarm, `${path}: rule ${i + 1}`, dirname(path))),
  )
  const twice = rules.find(({ name }, i) => rules.findIndex((rule) => rule.name === name) < i)
  if (twice) throw wrong(path, `two rules are named ${JSON.stringify(twice.name)}`)
  return rules
}

const MEMBERS = [
  'name',
  'metric',
  'cluster',
  'tags',
  'statistic',
  'comparison',
  'threshold',
  'period',
  'evaluation_periods',
  'datapoints_to_alarm',
  'missing_data',
  'webhook',
  'secret_file',
]

async function readRule(value: unknown, at: string, folder: string): Promise<AlarmRule> {
  const fields = fieldsOf(value, at)
  for (const name of Object.keys(fields))
    if (!MEMBERS.includes(name))
      throw wrong(at, `unknown member ${JSON.stringify(name)}${didYouMean(name, MEMBERS)}`)
  const { threshold } = fields
  if (typeof threshold !== 'number' || !Number.isFinite(threshold))
    throw wrong(at, 'threshold is to be a number')
  const periodMs = durationOf(fields['period'] ?? '5m', at)
  const evaluationPeriods = countOf(fields['evaluation_periods'] ?? 1, 'evaluation_periods', at)
  if (periodMs < 1000 || periodMs * evaluationPeriods > LONGEST_MS)
    throw wrong(at, 'period is 1s at least, and all periods together a day at most')
  const enough = countOf(
    fields['datapoints_to_alarm'] ?? evaluationPeriods,
    'datapoints_to_alarm',
    at,
  )
  if (enough > evaluationPeriods)
    throw wrong(at, 'datapoints_to_alarm is more than evaluation_periods')
  const cluster = fields['cluster']
  return {
    name: textOf(fields['name'], 'name', at, /^[\w .:/-]{1,128}$/),
    metric: oneOf(fields['metric'], Object.keys(METRICS), 'metric', at),
    ...(cluster !== undefined && { cluster: textOf(cluster, 'cluster', at, /^j-\w{1,32}$/) }),
    tags: tagsOf(fields['tags'] ?? {}, at),
    when: {
      statistic: oneOf(fields['statistic'] ?? 'AVERAGE', STATISTICS, 'statistic', at),
      comparison: oneOf(
        fields['comparison'],
        Object.keys(COMPARISONS) as Comparison[],
        'comparison',
        at,
      ),
      threshold,
      periodMs,
      evaluationPeriods,
      datapointsToAlarm: enough,
      missingData: oneOf(fields['missing_data'] ?? 'missing', MISSING_DATA, 'missing_data', at),
    },
    ...(await webhookOf(fields, at, folder)),
  }
}

async function webhookOf(
  { webhook, secret_file: file }: Fields,
  at: string,
  folder: string,
): Promise<Pick<AlarmRule, 'webhook'>> {
  if (webhook === undefined) {
    if (file !== undefined) throw wrong(at, 'secret_file without a webhook')
    return {}
  }
  const url = typeof webhook === 'string' && URL.canParse(webhook) ? new URL(webhook) : undefined
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (!url || !isSafe)
    throw wrong(at, 'webhook is to be an https URL, or http on this machine alone')
  if (url.username !== '' || url.password !== '')
    throw wrong(at, 'webhook has a password: sign messages by secret_file instead')
  if (file === undefined) return { webhook: { url: url.href } }
  const path = resolve(folder, textOf(file, 'secret_file', at, /./))
  const secret = (await readText(path)).trim()
  if (secret.length < LEAST_SECRET)
    throw wrong(at, `the secret in ${path} has less than ${LEAST_SECRET} characters`)
  return { webhook: { url: url.href, secret } }
}

async function readText(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new HeadrigError('invalid', `cannot read ${path}: ${messageOf(error)}`, { cause: error })
  })
  if (text.length > MOST_BYTES) throw wrong(path, 'it is larger than 1 MiB')
  return text
}

function fieldsOf(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(at, 'expected members, such as name: busy')
  return value as Fields
}

function tagsOf(value: unknown, at: string): Readonly<Record<string, string>> {
  const entries = Object.entries(fieldsOf(value, `${at}: tags`))
  return Object.fromEntries(entries.map(([key, text]) => [key, textOf(text, 'tags', at, /^/)]))
}

function textOf(value: unknown, member: string, at: string, pattern: RegExp): string {
  if (typeof value === 'string' && pattern.test(value)) return value
  throw wrong(at, `${member} is ${shown(value)}, and is to be text like ${pattern.source}`)
}

function oneOf<T extends string>(
  value: unknown,
  words: readonly T[],
  member: string,
  at: string,
): T {
  const found = words.find((word) => word === value)
  if (found !== undefined) return found
  const hint = typeof value === 'string' ? didYouMean(value, words) : ''
  throw wrong(at, `${member} is ${shown(value)}${hint || `: write one of ${words.join(', ')}`}`)
}

function countOf(value: unknown, member: string, at: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value
  throw wrong(at, `${member} is ${shown(value)}, and is to be a whole number from 1`)
}

function durationOf(value: unknown, at: string): number {
  if (typeof value === 'string') return parseDuration(value)
  throw wrong(at, `period is ${shown(value)}: write a number and a unit, such as 5m`)
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : (JSON.stringify(value) ?? '').slice(0, 64)
}

function wrong(at: string, message: string): HeadrigError {
  return new HeadrigError('invalid', `${at}: ${message}`)
}
