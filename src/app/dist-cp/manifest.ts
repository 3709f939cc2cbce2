import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { HeadrigError } from '../../core/errors.js'
import { unpacked } from './unpacked.js'

/** A line of a manifest: a file that was copied. */
export interface ManifestEntry {
  /** The URI of the file. */
  readonly path: string
  /** Its name below `srcDir`. */
  readonly baseName: string
  readonly srcDir: string
  readonly size: number
}

/** A manifest as S3DistCp writes it: one JSON object a line, packed by gzip. */
export async function packManifest(entries: readonly ManifestEntry[]): Promise<Uint8Array> {
  return promisify(gzip)(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
}

const MOST_BYTES = 2 ** 30

/** Reads a manifest, packed or not. @throws HeadrigError `invalid` with the line that is none */
export async function readManifest(
  bytes: Uint8Array,
  uri: string,
): Promise<readonly ManifestEntry[]> {
  const text = await unpacked(bytes, MOST_BYTES).catch((error: unknown) => {
    throw new HeadrigError('invalid', `manifest ${uri} is no whole gzip file: ${String(error)}`, {
      cause: error,
    })
  })
  return text
    .toString()
    .split('\n')
    .flatMap((line, n) => (line.trim() === '' ? [] : [entryOf(line, `${uri}, line ${n + 1}`)]))
}

function entryOf(line: string, where: string): ManifestEntry {
  let found: Partial<Record<keyof ManifestEntry, unknown>> | null | undefined
  try {
    found = JSON.parse(line) as Partial<Record<keyof ManifestEntry, unknown>> | null
  } catch {
    // told below
  }
  const { path, baseName, srcDir, size } = found ?? {}
  if (
    typeof path === 'string' &&
    typeof baseName === 'string' &&
    typeof srcDir === 'string' &&
    Number.isSafeInteger(size)
  )
    return { path, baseName, srcDir, size: Number(size) }
  throw new HeadrigError(
    'invalid',
    `${where} is no line of a manifest: it has path, baseName, srcDir and size`,
  )
}
