import { cloudtrail } from '../../src/formats/aws/cloudtrail.js'
import type { Column, Columns } from '../../src/formats/format.js'

/** Ways in which DuckDB itself can do it; the fastest on a machine is its best. */
export interface Variant {
  readonly maxObjectMiB: number
  /** Undefined: DuckDB's default. */
  readonly zstdLevel?: number
}

export const VARIANTS: readonly Variant[] = [
  { maxObjectMiB: 4 },
  { maxObjectMiB: 4, zstdLevel: 1 },
  { maxObjectMiB: 16, zstdLevel: 1 },
]

export const variantName = ({ maxObjectMiB, zstdLevel }: Variant): string =>
  `maximum_object_size ${maxObjectMiB} MiB, zstd level ${zstdLevel ?? 'default'}`

/** CloudTrail objects to one Parquet file by DuckDB alone: typed records, the columns of our table. */
export function cloudTrailToParquet(folder: string, out: string, variant: Variant): string {
  const own = Object.entries(cloudtrail.columns).map(([name, c]) => `"${c.from}" AS ${name}`)
  const level = variant.zstdLevel === undefined ? '' : `, COMPRESSION_LEVEL ${variant.zstdLevel}`
  return `SET TimeZone = 'UTC';
SET preserve_insertion_order = false;
COPY (
SELECT CAST("eventTime" AS TIMESTAMPTZ) AS time, CAST(substr("eventTime", 1, 10) AS DATE) AS event_day,
  "eventID" AS event_id, coalesce("recipientAccountId", "userIdentity"."accountId") AS account_id,
  "awsRegion" AS region, coalesce("userIdentity".arn, "userIdentity"."userName",
  "userIdentity"."invokedBy", "userIdentity"."principalId") AS actor,
  "sourceIPAddress" AS source_ip, filename AS source_object, now() AS ingested_at,
  ${own.join(', ')}
FROM (
  SELECT unnest("Records", max_depth := 2), filename
  FROM read_json('${folder}/**/*.json.gz', format = 'unstructured', filename = true,
    maximum_object_size = ${variant.maxObjectMiB * 2 ** 20}, columns = {'Records': '${recordType()}[]'})
)
) TO '${out}' (FORMAT parquet, COMPRESSION zstd${level});
`
}

function recordType(): string {
  return structOf({
    ...cloudtrail.columns,
    event_id: { type: 'string', from: 'eventID', doc: '' },
  })
}

function structOf(columns: Columns): string {
  const fields = Object.values(columns).map((c) => `"${c.from}" ${typeOf(c)}`)
  return `STRUCT(${fields.join(', ')})`
}

function typeOf(column: Column): string {
  if (column.type === 'struct') return structOf(column.fields)
  if (column.type === 'list') return `${structOf(column.fields)}[]`
  if (column.type === 'boolean') return 'BOOLEAN'
  return column.via === 'json' ? 'JSON' : 'VARCHAR'
}
