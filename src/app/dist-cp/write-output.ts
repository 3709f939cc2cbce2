import { createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { randomUUID } from 'node:crypto'
import { HeadrigError } from '../../core/errors.js'
import { uriOf, type ByteStore } from '../../storage/store.js'
import type { CopySource } from './list-sources.js'
import type { Output } from './plan.js'

/** Held in memory of a file at a time, bytes. */
const PART = 8 << 20

/**
 * Writes a file of its sources, one after another. It appears whole or not at all; what is there is replaced.
 * @param scratch a folder of this machine with room for it
 * @throws HeadrigError of the stores; `unavailable` when a source became shorter
 */
export async function writeOutput(
  { sources, change }: Output<CopySource>,
  to: { readonly store: ByteStore; readonly key: string },
  scratch: string,
  signal: AbortSignal,
): Promise<void> {
  const path = join(scratch, randomUUID())
  try {
    await (await open(path, 'wx', 0o600)).close()
    for (const source of sources) await append(source, change, path, signal)
    await to.store.putFile(to.key, path)
  } finally {
    await rm(path, { force: true })
  }
}

async function append(
  source: CopySource,
  change: Output<CopySource>['change'],
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const from = Readable.from(partsOf(source, signal), { objectMode: false })
  const to = createWriteStream(path, { flags: 'a', mode: 0o600 })
  const isPacked = /\.gz$/i.test(source.name)
  // Packed files one after another are one packed file.
  if (change === 'keep' || (change === 'pack') === isPacked) return pipeline(from, to, { signal })
  const changed = change === 'pack' ? createGzip() : createGunzip()
  await pipeline(from, changed, to, { signal }).catch((error: unknown) => {
    if (change === 'pack' || !/header|unexpected end|invalid/i.test(String(error))) throw error
    throw new HeadrigError('invalid', `${source.uri} is no whole gzip file: ${String(error)}`, {
      cause: error,
    })
  })
}

async function* partsOf(
  { place, key, size }: CopySource,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < size; start += PART) {
    const end = Math.min(size, start + PART)
    const bytes = await place.store.get(key, { range: { start, end }, signal })
    if (bytes.length !== end - start)
      throw new HeadrigError(
        'unavailable',
        `${uriOf(place.store, key)} became shorter while it was copied: try again`,
      )
    yield bytes
  }
}
