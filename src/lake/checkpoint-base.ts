import { HeadrigError, isKind, messageOf } from '../core/errors.js'
import type { AddAction, RemoveAction } from './actions.js'
import type { CheckpointIo, FileFilter } from './checkpoint-io.js'
import type { LocalCopies } from './local-copies.js'

/** A Parquet file of a checkpoint that names data files. */
export interface CheckpointPart {
  readonly key: string
  readonly files: number
  readonly bytes: number
}

/**
 * The data files and tombstones of a checkpoint. They stay in its files until they are asked for: a
 * table may have millions, and a query wants few.
 */
export class CheckpointBase {
  readonly version: number
  readonly parts: readonly CheckpointPart[]
  readonly copies: LocalCopies
  readonly #io: CheckpointIo

  constructor(
    version: number,
    parts: readonly CheckpointPart[],
    io: CheckpointIo,
    copies: LocalCopies,
  ) {
    this.version = version
    this.parts = parts
    this.#io = io
    this.copies = copies
  }

  get files(): number {
    return this.parts.reduce((sum, p) => sum + p.files, 0)
  }

  get bytes(): number {
    return this.parts.reduce((sum, p) => sum + p.bytes, 0)
  }

  /** Data files, as the log names them. Throws `invalid` when a file is damaged. */
  async *adds(filter: FileFilter): AsyncIterable<AddAction> {
    for (const { key } of this.parts) {
      for await (const add of this.#read(key, (path) => this.#io.adds(path, filter))) {
        yield add as AddAction
      }
    }
  }

  /** Tombstones, as the log has them. Throws `invalid` when a file is damaged. */
  async *removes(filter: Pick<FileFilter, 'paths'> = {}): AsyncIterable<RemoveAction> {
    for (const { key } of this.parts) {
      for await (const remove of this.#read(key, (path) => this.#io.removes(path, filter))) {
        yield remove as RemoveAction
      }
    }
  }

  async *#read(
    key: string,
    rows: (path: string) => AsyncIterable<readonly object[]>,
  ): AsyncIterable<object> {
    const { path, done } = await this.copies.use(key)
    try {
      for await (const batch of rows(path)) yield* batch
    } catch (error) {
      if (isKind(error, 'unavailable') || isKind(error, 'invalid')) throw error
      throw new HeadrigError(
        'invalid',
        `checkpoint ${key} cannot be read: ${messageOf(error)}: delete it, the log is read from an older one then`,
        { cause: error },
      )
    } finally {
      done()
    }
  }
}
