import { vpcFlow, VPC_FLOW_V2 } from '../../src/formats/aws/vpc-flow.js'

/** `read_csv` over flow logs with typed columns. */
export function readFlows(folder: string, extra = ''): string {
  const byToken = new Map(Object.values(vpcFlow.columns).map((c) => [c.from, c.type]))
  const types = VPC_FLOW_V2.map((token) => {
    const type = byToken.get(token)
    const name = token.replaceAll('-', '_')
    return `'${name}': '${type === 'int' ? 'INTEGER' : type === 'long' ? 'BIGINT' : 'VARCHAR'}'`
  })
  return `read_csv('${folder}/**/*.log.gz', delim = ' ', header = true, nullstr = '-', auto_detect = false,
  quote = '', escape = ''${extra}, columns = {${types.join(', ')}})`
}

/** Flow logs to one Parquet file by DuckDB alone, with the columns of our table. */
export function flowsToParquet(folder: string, out: string, zstdLevel?: number): string {
  const level = zstdLevel === undefined ? '' : `, COMPRESSION_LEVEL ${zstdLevel}`
  return `SET TimeZone = 'UTC';
SET preserve_insertion_order = false;
COPY (
SELECT to_timestamp(start) AS time, CAST(to_timestamp(start) AS DATE) AS event_day, account_id,
  srcaddr AS source_ip, dstaddr AS dest_ip, filename AS source_object, now() AS ingested_at,
  * EXCLUDE (account_id, filename)
FROM ${readFlows(folder, ', filename = true')}
) TO '${out}' (FORMAT parquet, COMPRESSION zstd${level});
`
}

/** The top-talkers job over raw files by DuckDB. */
export function talkersFromFiles(folder: string): string {
  return `SELECT srcaddr, dstaddr, dstport, count(*) AS n, sum(bytes) AS bytes
FROM ${readFlows(folder)}
WHERE log_status = 'OK' AND action = 'ACCEPT' AND dstport <= 1024
GROUP BY ALL ORDER BY n DESC LIMIT 25;
`
}
