import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import { uriOf } from '../storage/store.js'
import { wantsCheckpoint, writeCheckpoint } from './checkpoint.js'
import type { CheckpointIo } from './checkpoint-io.js'
import { commit, type CommitOutcome, type CommitRequest } from './commit.js'
import { readHistory, type HistoryEntry } from './history.js'
import { LocalCopies } from './local-copies.js'
import { readLatest, type LogSource } from './log-reader.js'
import type { ByteStore } from '../storage/store.js'
import type { Snapshot } from './snapshot.js'
import { readAt } from './time-travel.js'

/** One table of a lake. Whatever it returns is of the log as it is at the call. */
export class DeltaTable {
  readonly name: string
  /** Of its folder in the lake's store, ending in `/`. */
  readonly prefix: string
  readonly #source: LogSource
  readonly #logger: Logger
  #latest: Snapshot | undefined

  constructor(name: string, store: ByteStore, io: CheckpointIo, logger: Logger) {
    this.name = name
    this.prefix = `tables/${name}/`
    this.#logger = logger
    const uri = uriOf(store, this.prefix.slice(0, -1))
    const copies = new LocalCopies(store, io)
    this.#source = { store, io, copies, place: { name, prefix: this.prefix, uri } }
  }

  /**
   * The table at its latest version, at a version, or as it was at a moment; undefined when there is
   * no such table. Throws `not-found` for a version that is not (or no longer) there.
   * @example const files = (await table.snapshot())?.files() ?? []
   */
  async snapshot(
    at: { readonly version?: number; readonly timestamp?: Date } = {},
  ): Promise<Snapshot | undefined> {
    const latest = await this.#refresh()
    if (!latest) return undefined
    if (at.version !== undefined) return readAt(this.#source, latest, { version: at.version })
    if (at.timestamp) return readAt(this.#source, latest, { timestamp: at.timestamp })
    return latest
  }

  /**
   * Commits once, whoever else commits at the same time. Throws `conflict` after very many losses
   * and `invalid` when the table makes a promise that the actions would break.
   */
  async commit(request: CommitRequest): Promise<CommitOutcome> {
    let made: Snapshot | undefined
    const outcome = await commit(
      {
        ...this.#source,
        latest: () => this.#refresh(),
        advance: (snapshot) => {
          made = snapshot
          this.#keep(snapshot)
        },
      },
      request,
    )
    if (made && wantsCheckpoint(made)) await this.#tryCheckpoint(made)
    return outcome
  }

  /** Writes a checkpoint of the latest version; nothing when there is no table. */
  async checkpoint(): Promise<void> {
    const latest = await this.#refresh()
    if (latest) this.#rebase(latest, await writeCheckpoint(this.#source, latest))
  }

  /** The latest commits, newest first. */
  async history(limit = 100): Promise<readonly HistoryEntry[]> {
    const latest = await this.#refresh()
    return latest ? readHistory(this.#source, latest, limit) : []
  }

  async #refresh(): Promise<Snapshot | undefined> {
    const latest = await readLatest(this.#source, this.#latest)
    if (latest) this.#keep(latest)
    return latest
  }

  #keep(snapshot: Snapshot): void {
    if (snapshot.version >= (this.#latest?.version ?? -1)) this.#latest = snapshot
  }

  /** What follows is held on top of the new checkpoint. */
  #rebase(from: Snapshot, to: Snapshot): void {
    if (this.#latest === from) this.#latest = to
  }

  async #tryCheckpoint(snapshot: Snapshot): Promise<void> {
    try {
      this.#rebase(snapshot, await writeCheckpoint(this.#source, snapshot))
    } catch (error) {
      this.#logger.warn('checkpoint failed; the next one makes up for it', {
        table: this.name,
        version: snapshot.version,
        error: messageOf(error),
      })
    }
  }
}
