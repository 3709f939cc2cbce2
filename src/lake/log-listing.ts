import type { ByteStore } from '../storage/store.js'
import { LOG_FOLDER, parseLogName, versionText } from './log-names.js'

export interface CheckpointFiles {
  readonly version: number
  readonly keys: readonly string[]
  readonly json: boolean
}

export interface CommitFile {
  readonly version: number
  readonly key: string
  /** Last modification, milliseconds since the epoch: the commit's time for the protocol. */
  readonly modified: number
}

/** What a log holds, oldest first. */
export interface LogListing {
  readonly commits: readonly CommitFile[]
  /** Complete ones only. */
  readonly checkpoints: readonly CheckpointFiles[]
}

/** Lists a log from a version on. `prefix`: of the table's folder, ending in `/`. */
export async function listLog(store: ByteStore, prefix: string, from = 0): Promise<LogListing> {
  const folder = `${prefix}${LOG_FOLDER}`
  const commits: CommitFile[] = []
  const groups = new Map<
    string,
    { version: number; parts: number; json: boolean; keys: string[] }
  >()
  const startAfter = from === 0 ? undefined : `${folder}${versionText(from)}`
  for await (const { key, modified } of store.list(folder, startAfter ? { startAfter } : {})) {
    const name = key.slice(folder.length)
    if (!/^\d/.test(name)) {
      if (name > ':') break
      continue
    }
    const file = parseLogName(name)
    if (!file) continue
    if (file.kind === 'commit') commits.push({ version: file.version, key, modified })
    else {
      const id = `${file.version} ${file.group}`
      const group = groups.get(id) ?? { ...file, keys: [] }
      group.keys.push(key)
      groups.set(id, group)
    }
  }
  const checkpoints = [...groups.values()]
    .filter((g) => g.keys.length === g.parts)
    .toSorted((a, b) => a.version - b.version)
  return { commits, checkpoints }
}
