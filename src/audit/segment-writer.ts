import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../storage/file/sync-folder.js'
import { segmentFile, type SegmentName } from './segment-names.js'

/** One segment while it is written. What `append` has resolved for is on the disk. */
export class SegmentWriter {
  readonly name: SegmentName
  /** That are durable. */
  bytes = 0
  readonly #path: string
  readonly #file: FileHandle

  constructor(name: SegmentName, path: string, file: FileHandle) {
    this.name = name
    this.#path = path
    this.#file = file
  }

  static async create(folder: string, name: SegmentName): Promise<SegmentWriter> {
    const path = join(folder, segmentFile(name))
    const file = await open(path, 'wx', 0o600)
    await syncFolder(folder).catch(async (error: unknown) => {
      await file.close()
      throw error
    })
    return new SegmentWriter(name, path, file)
  }

  async append(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#file.write(
        bytes,
        done,
        bytes.length - done,
        this.bytes + done,
      )
      done += bytesWritten
    }
    await this.#file.datasync()
    this.bytes += bytes.length
  }

  /** Leaves what is durable; a file without any goes away. */
  async close(): Promise<void> {
    try {
      await this.#file.truncate(this.bytes)
    } finally {
      await this.#file.close()
      if (this.bytes === 0) await rm(this.#path, { force: true })
    }
  }
}
