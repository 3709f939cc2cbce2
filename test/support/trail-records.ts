import { gunzipSync } from 'node:zlib'
import type { ByteStore } from '../../src/storage/store.js'

/** The records of every log file of a trail; of what was not delivered yet, none. */
export async function trailRecords(store: ByteStore): Promise<Record<string, string>[]> {
  const records: Record<string, string>[] = []
  for await (const { key } of store.list('AWSLogs/')) {
    if (!/\/CloudTrail\/.*\.json\.gz$/.test(key)) continue
    const text = gunzipSync(await store.get(key)).toString()
    records.push(...(JSON.parse(text) as { Records: Record<string, string>[] }).Records)
  }
  return records
}
