import { cloudtrail } from '../../src/formats/aws/cloudtrail.js'
import { tableColumns, type TableType } from '../../src/formats/table-schema.js'
import type { Action } from '../../src/lake/actions.js'
import { addAction } from '../../src/lake/add-file.js'

/** The columns of the table that `makeLog` writes. */
export const COLUMNS = tableColumns(cloudtrail)
const DAYS = 90
const FIRST = Date.UTC(2024, 0, 1)
const SOURCES = ['autoscaling', 'dynamodb', 'ec2', 'iam', 'kms', 'lambda', 's3', 'ssm', 'sts']

/**
 * A data file that nobody reads, with statistics as collecting writes them (2 kB): one of `of` over 90 days,
 * each with a quarter of an hour's events.
 */
export function fileAction(index: number, of: number, name = 'part'): Action {
  const random = randomOf(index)
  const perDay = Math.max(1, Math.ceil(of / DAYS))
  const day = new Date(FIRST + Math.floor(index / perDay) * 86_400_000).toISOString().slice(0, 10)
  const start = Math.floor(((index % perDay) / perDay) * (86_400 - 900))
  const at = (second: number): string =>
    `${day}T${new Date(second * 1000).toISOString().slice(11, 19)}.000000Z`
  const numRecords = 1000 + random(9000)
  const text = (limit: number): string => random(limit).toString(16).padStart(8, '0')
  const [low, high] = [random(4), 4 + random(5)]
  const ends = (edge: 'min' | 'max'): Record<string, unknown> => ({
    time: at(edge === 'min' ? start + random(60) : start + 840 + random(60)),
    account_id: edge === 'min' ? `1111${text(2 ** 30)}` : `9999${text(2 ** 30)}`,
    region: edge === 'min' ? 'ap-south-1' : 'us-west-2',
    source_ip_key: `00000000000000000000ffff${text(2 ** 31)}`,
    event_source: `${SOURCES[edge === 'min' ? low : high]}.amazonaws.com`,
    event_name: edge === 'min' ? 'AssumeRole' : 'UpdateInstanceInformation',
  })
  const nulls = (type: TableType): unknown => {
    if (typeof type === 'string') return random(3) === 0 ? random(numRecords) : numRecords
    if ('list' in type) return undefined
    return Object.fromEntries(type.struct.map((field) => [field.name, nulls(field.type)]))
  }
  return addAction({
    path: `event_day=${day}/${name}-${text(2 ** 31)}-${text(2 ** 31)}-${text(2 ** 31)}-${index}.zstd.parquet`,
    partitionValues: { event_day: day },
    size: 500_000 + random(400_000),
    stats: {
      numRecords,
      minValues: ends('min'),
      maxValues: ends('max'),
      nullCount: Object.fromEntries(COLUMNS.map((c) => [c.name, nulls(c.type)])),
    },
  })
}

/** Whole numbers below a limit, the same for the same seed. */
function randomOf(seed: number): (limit: number) => number {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return (limit) => {
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b) + 0x6d2b79f5
    return ((state ^ (state >>> 13)) >>> 0) % limit
  }
}
