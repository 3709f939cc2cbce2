import { readFile } from 'node:fs/promises'
import { HeadrigError, isErrno } from '../core/errors.js'
import type { AddressMap } from '../detect/analytics/address-map.js'
import {
  heavyTalkersSql,
  isExact,
  type TalkGroup,
  type TalkMeasure,
  type TopTalkersQuery,
  topTalkersSql,
} from '../detect/analytics/top-talkers.js'
import type { ResultColumn } from '../engines/engine.js'
import type { LakeContext } from './context.js'
import { query, type QueryAnswer } from './query.js'
import { sparkPlace } from './spark-place.js'

export interface TopTalkersOptions {
  readonly by?: TalkMeasure
  /** Default 1024. */
  readonly maxPort?: number
  readonly allPorts?: boolean
  /** Default ACCEPT. */
  readonly action?: string
  readonly allActions?: boolean
  /** A file that names addresses: see `parseAddressMap`. */
  readonly resolve?: string
  /** Adds the column `service`. */
  readonly services?: boolean
  /** `sg` and `instance` need `resolve`; `cidr` is /24, `cidr/16` and such for another size. */
  readonly group?: string
  readonly limit?: number
  readonly from?: Date
  readonly to?: Date
}

/** Of the columns here; numbers beyond 2^53 are text. */
type Cell = string | number | null

/**
 * Who talks to whom on which destination port, from VPC Flow Logs, heaviest first: what the published
 * pair of Hadoop Streaming steps computed. With `resolve` and no group the columns `source_name` and
 * `destination_name` are added.
 * Throws `invalid` for options that do not fit, `not-found` without a lake, flow logs or the file.
 * @example const { columns, batches } = await topTalkers({ by: 'bytes', limit: 10 }, context)
 */
export async function topTalkers(
  options: TopTalkersOptions,
  context: LakeContext,
): Promise<QueryAnswer> {
  if (!(await context.lake.tables()).includes('aws_vpc_flow')) {
    throw new HeadrigError(
      'not-found',
      `no flow logs in the lake at ${context.lakeUri}: run headrig collect <uri> with VPC Flow Logs first`,
    )
  }
  const names = options.resolve === undefined ? undefined : await readMap(options.resolve)
  const answer = await ranked(queryOf(options, names), context)
  const service = options.services
    ? (await import('../detect/analytics/services.js')).serviceName
    : undefined
  // Not the lines that the engine would write: it does not know the shape.
  const { io, close } = answer
  return {
    io,
    close,
    ...shaped(answer, {
      ...(service ? { service } : {}),
      ...(names && !options.group ? { names } : {}),
    }),
  }
}

/** The lines that the published job wrote: `source:destination:port`, a tab, the measure. */
export async function* hadoopLines(
  answer: Pick<QueryAnswer, 'columns' | 'batches'>,
  by: TalkMeasure = 'connections',
): AsyncGenerator<string> {
  const at = (name: string): number => answer.columns.findIndex((c) => c.name === name)
  const [source, destination, port, measure] = ['source', 'destination', 'port', by].map(at)
  for await (const rows of answer.batches) {
    yield rows
      .map((r) => {
        const cell = (i = -1): string => String((r[i] as Cell | undefined) ?? '')
        return `${cell(source)}:${cell(destination)}:${cell(port)}\t${cell(measure)}\n`
      })
      .join('')
  }
}

function queryOf(options: TopTalkersOptions, names: AddressMap | undefined): TopTalkersQuery {
  const group = groupOf(options.group, names)
  const { by, from, to, limit } = options
  return {
    ...(by ? { by } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(group ? { group } : {}),
    ...(limit !== undefined && limit <= 1e9 ? { limit } : {}),
    maxPort: options.allPorts ? null : (options.maxPort ?? 1024),
    action: options.allActions ? null : (options.action ?? 'ACCEPT'),
  }
}

function groupOf(group: string | undefined, names: AddressMap | undefined): TalkGroup | undefined {
  if (group === undefined) return undefined
  const network = /^cidr(?:\/(\d{1,2}))?$/.exec(group)
  if (network) return { kind: 'network', bits: Number(network[1] ?? 24) }
  if (group !== 'sg' && group !== 'instance') {
    throw new HeadrigError(
      'invalid',
      `cannot group by '${group}': use sg, instance, cidr or cidr/<bits>`,
    )
  }
  if (!names) {
    throw new HeadrigError(
      'invalid',
      `grouping by ${group} needs names: add --resolve with what aws ec2 describe-network-interfaces prints`,
    )
  }
  const field = group === 'sg' ? 'name' : 'instance'
  const known = [...names].flatMap(([ip, n]) => (n[field] ? [[ip, n[field]] as const] : []))
  return { kind: 'name', names: new Map(known) }
}

async function readMap(file: string): Promise<AddressMap> {
  const { parseAddressMap } = await import('../detect/analytics/address-map.js')
  try {
    return parseAddressMap(await readFile(file, 'utf8'), file)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    throw new HeadrigError('not-found', `no file ${file}: --resolve wants a map of addresses`, {
      cause: error,
    })
  }
}

/** Takes the short way when it is open, and checks that it led to the truth. */
async function ranked(talkers: TopTalkersQuery, context: LakeContext): Promise<QueryAnswer> {
  // Its buckets are by a hash of DuckDB's.
  const spark = await sparkPlace(context.settings.engine, context)
  const short = spark === undefined ? heavyTalkersSql(talkers) : undefined
  if (short === undefined) return query({ sql: topTalkersSql(talkers) }, context)
  const answer = await query({ sql: short }, context)
  const rows: (readonly unknown[])[] = []
  for await (const batch of answer.batches) rows.push(...batch)
  const at = (name: string): number => answer.columns.findIndex((c) => c.name === name)
  const last = rows.at(-1)
  const big = (value: unknown): bigint | undefined =>
    value === null || value === undefined ? undefined : BigInt(value as Exclude<Cell, null>)
  const lightest = big(last?.[at(talkers.by ?? 'connections')])
  if (!isExact(rows.length, talkers.limit ?? 0, lightest, big(last?.[at('rest')]))) {
    context.logger.debug('many talkers weigh alike: counting all of them')
    return query({ sql: topTalkersSql(talkers) }, context)
  }
  const { columns, io, close } = answer
  return { columns, io, close, batches: once(rows) }
}

async function* once(
  rows: readonly (readonly unknown[])[],
): AsyncGenerator<readonly (readonly unknown[])[]> {
  if (rows.length > 0) yield rows
}

interface Extras {
  readonly service?: (port: number | null, protocol: number | null) => string | undefined
  readonly names?: AddressMap
}

/** Leaves out helper columns, puts the service beside the port and names beside addresses. */
function shaped(
  { columns, batches }: Pick<QueryAnswer, 'columns' | 'batches'>,
  { service, names }: Extras,
): Pick<QueryAnswer, 'columns' | 'batches'> {
  const at = (name: string): number => columns.findIndex((c) => c.name === name)
  const text = (name: string): ResultColumn => ({ name, type: 'VARCHAR' })
  const [portAt, protocolAt] = [at('port'), at('protocol')]
  const named = (i: number) => (row: readonly unknown[]) => names?.get(String(row[i]))?.name ?? null
  const out: { column: ResultColumn; value: (row: readonly unknown[]) => unknown }[] = []
  for (const [i, column] of columns.entries()) {
    if (column.name === 'protocol' || column.name === 'rest') continue
    out.push({ column, value: (row) => row[i] })
    if (names && (column.name === 'source' || column.name === 'destination')) {
      out.push({ column: text(`${column.name}_name`), value: named(i) })
    }
    if (service && i === portAt) {
      const number = (value: unknown): number | null => (value === null ? null : Number(value))
      out.push({
        column: text('service'),
        value: (row) => service(number(row[portAt]), number(row[protocolAt])) ?? null,
      })
    }
  }
  return {
    columns: out.map((o) => o.column),
    batches: (async function* () {
      for await (const rows of batches) yield rows.map((row) => out.map((o) => o.value(row)))
    })(),
  }
}
