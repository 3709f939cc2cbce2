import type { Action } from './actions.js'

/** Reads and writes checkpoints in Parquet: an engine's work that the lake asks for. */
export interface CheckpointIo {
  /**
   * The actions of a checkpoint or sidecar, in batches, as a commit has them: `Action` objects.
   * `source` is a local path, or the file's bytes when it is not on this machine.
   */
  read(source: string | Uint8Array): AsyncIterable<readonly object[]>
  /** Writes actions as one checkpoint file; the caller moves or deletes it. */
  write(actions: Iterable<Action>): Promise<{ readonly path: string; readonly rows: number }>
}
