import { HeadrigError } from '../../core/errors.js'
import { literal } from '../../sql/text.js'
import { networkText } from './network-text.js'

/** What makes a talker a top one. */
export const TALK_MEASURES = ['connections', 'packets', 'bytes'] as const

export type TalkMeasure = (typeof TALK_MEASURES)[number]

/** How addresses are put together: by the name that a map gives them, or by network. */
export type TalkGroup =
  | { readonly kind: 'name'; readonly names: ReadonlyMap<string, string> }
  | { readonly kind: 'network'; readonly bits: number }

export interface TopTalkersQuery {
  /** Default: connections, as the published job counts. */
  readonly by?: TalkMeasure
  /** Only destination ports up to this one; default 1024, null for all ports. */
  readonly maxPort?: number | null
  /** Only this action; default ACCEPT, null for all. */
  readonly action?: string | null
  /** Flows that started at or after. */
  readonly from?: Date
  /** Flows that started before. */
  readonly to?: Date
  readonly group?: TalkGroup
  /** The most rows; none: all. */
  readonly limit?: number
}

/**
 * Counts who talks to whom on which destination port, as the two Hadoop Streaming steps did: flows
 * with log status OK, grouped, heaviest first. Rows that tie are in the order of source,
 * destination and port, so that two runs agree. Reads the table `aws_vpc_flow`.
 * Throws `invalid` for a port, a limit or a network size out of range.
 * @example topTalkersSql({ by: 'bytes', limit: 10 })
 */
export function topTalkersSql(query: TopTalkersQuery = {}): string {
  const by = query.by ?? 'connections'
  if (!TALK_MEASURES.includes(by)) {
    throw new HeadrigError('invalid', `cannot rank by ${by}: use ${TALK_MEASURES.join(', ')}`)
  }
  return `${regrouped(conversations(query), query.group)}
${ranked(by, query.limit)}`
}

function ranked(by: TalkMeasure, limit: number | undefined): string {
  const cut = limit === undefined ? '' : `\nLIMIT ${wholeNumber('limit', limit, 1, 1e9)}`
  return `ORDER BY ${by} DESC, source, destination, port${cut}`
}

/**
 * The same answer for a small `limit` in two cheap passes: the first puts conversations into
 * buckets and finds the heaviest buckets, the second counts those alone. No conversation outside
 * them weighs more than column `rest`: see `isExact`. 10 M flows take two thirds of the time.
 * Undefined when a query has groups or no small limit.
 */
export function heavyTalkersSql(query: TopTalkersQuery): string | undefined {
  const { by = 'connections', limit, group } = query
  if (group || limit === undefined || limit > 250) return undefined
  const kept = Math.max(100, limit * 4)
  return `WITH buckets AS MATERIALIZED (
SELECT ${BUCKET} AS bucket, ${WEIGHTS[by]} AS weight
FROM aws_vpc_flow WHERE ${conditions(query).join(' AND ')}
GROUP BY ${BUCKET}
), heavy AS MATERIALIZED (
SELECT bucket FROM buckets ORDER BY weight DESC, bucket LIMIT ${kept}
)
SELECT *, (SELECT weight FROM buckets ORDER BY weight DESC, bucket LIMIT 1 OFFSET ${kept}) AS rest
FROM (
${conversations(query, [`${BUCKET} IN (SELECT bucket FROM heavy)`])}
) t
${ranked(by, limit)}`
}

/**
 * Whether the rows of `heavyTalkersSql` are the whole truth: the lightest of a full answer weighs
 * more than anything that was left out, or nothing was left out.
 */
export function isExact(
  rows: number,
  limit: number,
  lightest: bigint | undefined,
  rest: bigint | undefined,
): boolean {
  return rest === undefined || (rows === limit && lightest !== undefined && lightest > rest)
}

const BUCKET = `hash(srcaddr, dstaddr, dstport) & 16383`
const WEIGHTS: Readonly<Record<TalkMeasure, string>> = {
  connections: 'count(*)',
  packets: 'CAST(coalesce(sum(packets), 0) AS BIGINT)',
  bytes: 'CAST(coalesce(sum(bytes), 0) AS BIGINT)',
}
const SUMS = `count(*) AS connections,
  CAST(sum(packets) AS BIGINT) AS packets, CAST(sum(bytes) AS BIGINT) AS bytes,
  to_timestamp(min(start)) AS first_seen, to_timestamp(max(coalesce("end", start))) AS last_seen`

function conversations(query: TopTalkersQuery, more: readonly string[] = []): string {
  return `SELECT srcaddr AS source, dstaddr AS destination, dstport AS port,
  min(protocol) AS protocol, ${SUMS}${ipKeys(query.group)}
FROM aws_vpc_flow
WHERE ${[...conditions(query), ...more].join(' AND ')}
GROUP BY srcaddr, dstaddr, dstport`
}

/** The published job as a view: accepted flows to well-known ports, one row for each conversation. */
export const TOP_TALKERS_VIEW = {
  name: 'top_talkers',
  sql: `SELECT srcaddr AS source, dstaddr AS destination, dstport AS port, ${SUMS}
FROM aws_vpc_flow
WHERE ${conditions({}).join(' AND ')}
GROUP BY srcaddr, dstaddr, dstport`,
} as const

function conditions(query: TopTalkersQuery): string[] {
  const { maxPort = 1024, action = 'ACCEPT', from, to } = query
  const all = [`srcaddr IS NOT NULL`, `(log_status = 'OK' OR log_status IS NULL)`]
  if (action !== null) all.push(`action = ${literal(action)}`)
  if (maxPort !== null) all.push(`dstport <= ${wholeNumber('port', maxPort, 0, 65_535)}`)
  if (from) all.push(`time >= TIMESTAMPTZ ${literal(from.toISOString())}`)
  if (to) all.push(`time < TIMESTAMPTZ ${literal(to.toISOString())}`)
  return all
}

/** IPv6 networks are cut from the hex form; only networks need it. */
function ipKeys(group: TalkGroup | undefined): string {
  if (group?.kind !== 'network') return ''
  const key = (side: string, address: string): string =>
    `, min(CASE WHEN ${address} LIKE '%:%' THEN ${side}_ip_key END) AS ${side}_key`
  return key('source', 'srcaddr') + key('dest', 'dstaddr')
}

function regrouped(flows: string, group: TalkGroup | undefined): string {
  if (!group) return flows
  const names = group.kind === 'name' ? givenNames(group.names) : networkNames(group.bits)
  return `WITH flows AS (
${flows}
), names (ip, name) AS (
${names}
)
SELECT coalesce(s.name, f.source) AS source, coalesce(d.name, f.destination) AS destination, port,
  min(protocol) AS protocol, CAST(sum(connections) AS BIGINT) AS connections,
  CAST(sum(packets) AS BIGINT) AS packets, CAST(sum(bytes) AS BIGINT) AS bytes,
  min(first_seen) AS first_seen, max(last_seen) AS last_seen
FROM flows f LEFT JOIN names s ON s.ip = f.source LEFT JOIN names d ON d.ip = f.destination
GROUP BY coalesce(s.name, f.source), coalesce(d.name, f.destination), port`
}

function givenNames(names: ReadonlyMap<string, string>): string {
  const rows = [...names].map(([ip, name]) => `(${literal(ip)}, ${literal(name)})`)
  return `VALUES ${rows.length === 0 ? `('', '')` : rows.join(', ')}`
}

function networkNames(bits: number): string {
  const size = wholeNumber('network size', bits, 0, 32)
  return `SELECT ip, ${networkText('ip', 'ip_key', size)} FROM (
SELECT ip, min(ip_key) AS ip_key FROM (
SELECT source AS ip, source_key AS ip_key FROM flows
UNION ALL SELECT destination, dest_key FROM flows
) a GROUP BY ip
) b`
}

function wholeNumber(what: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new HeadrigError(
    'invalid',
    `${what} ${value} is out of range: use a whole number from ${least} to ${most}`,
  )
}
