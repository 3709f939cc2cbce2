import { isKind } from '../core/errors.js'
import type { CommitInfo } from './actions.js'
import { readCommit, type LogSource } from './log-reader.js'
import type { Snapshot } from './snapshot.js'

/** One commit of a table. */
export interface HistoryEntry {
  readonly version: number
  readonly timestamp: Date | undefined
  readonly operation: string | undefined
  /** Files that came and that left. */
  readonly added: number
  readonly removed: number
  /** What the writer kept with the commit. */
  readonly info: CommitInfo
}

/** The latest commits, newest first, as far as the log still has them. */
export async function readHistory(
  source: LogSource,
  latest: Snapshot,
  limit: number,
): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  for (let version = latest.version; version >= 0 && entries.length < limit; version--) {
    try {
      const actions = await readCommit(source, version)
      const info = actions.find((a) => a.commitInfo)?.commitInfo ?? {}
      const time = info.inCommitTimestamp ?? info.timestamp
      entries.push({
        version,
        timestamp: time === null || time === undefined ? undefined : new Date(time),
        operation: info.operation ?? undefined,
        added: actions.filter((a) => a.add).length,
        removed: actions.filter((a) => a.remove).length,
        info,
      })
    } catch (error) {
      if (isKind(error, 'not-found')) break
      throw error
    }
  }
  return entries
}
