import type { ByteStore } from '../storage/store.js'
import { logRetention } from './checkpoint.js'
import { listLog } from './log-listing.js'
import { LOG_FOLDER, parseLogName } from './log-names.js'
import type { Snapshot } from './snapshot.js'

/**
 * Keys of log files older than the table's log retention (30 days by default) that no younger version
 * needs: all before the newest checkpoint of that age.
 */
export async function expiredLogFiles(
  store: ByteStore,
  latest: Snapshot,
  now = Date.now(),
): Promise<readonly string[]> {
  const { prefix } = latest
  const oldest = now - logRetention(latest)
  const { commits, checkpoints } = await listLog(store, prefix)
  const modified = new Map(commits.map((c) => [c.version, c.modified]))
  const base = checkpoints.findLast((c) => (modified.get(c.version) ?? now) < oldest)
  if (!base) return []
  const expired: string[] = []
  const folder = `${prefix}${LOG_FOLDER}`
  for await (const { key } of store.list(folder)) {
    const name = key.slice(folder.length)
    const version = parseLogName(name)?.version ?? Number(/^(\d{20})\.crc$/.exec(name)?.[1])
    if (version < base.version) expired.push(key)
  }
  return expired
}
