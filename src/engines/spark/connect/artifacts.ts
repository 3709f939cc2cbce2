import { crc32 } from 'node:zlib'
import { HeadrigError } from '../../../core/errors.js'
import type { AddArtifactsRequest, ArtifactChunk, SessionPart } from './messages.js'

/** A file for the executors of a session. */
export interface Artifact {
  /** `files/x`, `archives/x.zip`, `jars/x.jar` or `pyfiles/x.py`. */
  readonly name: string
  readonly data: Uint8Array
}

type Request = Omit<AddArtifactsRequest, keyof SessionPart>

const NAME = /^(?:files|archives|jars|pyfiles|cache)\/[^/]/
const CHUNK_BYTES = 256 << 10

/** Files as the server takes them: in chunks, each with its checksum. */
export function* uploadRequests(artifacts: readonly Artifact[]): Generator<Request> {
  for (const { name, data } of artifacts) {
    if (!NAME.test(name) || name.includes('..')) {
      throw new HeadrigError(
        'invalid',
        `not a name of an artifact: ${name}: write files/…, archives/…, jars/… or pyfiles/…`,
      )
    }
    if (data.length <= CHUNK_BYTES) {
      yield { batch: { artifacts: [{ name, data: chunkOf(data) }] } }
      continue
    }
    const numChunks = Math.ceil(data.length / CHUNK_BYTES)
    for (let i = 0; i < numChunks; i++) {
      const chunk = chunkOf(data.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES))
      yield i === 0
        ? { beginChunk: { name, totalBytes: data.length, numChunks, initialChunk: chunk } }
        : { chunk }
    }
  }
}

function chunkOf(data: Uint8Array): ArtifactChunk {
  return { data, crc: crc32(data) }
}
