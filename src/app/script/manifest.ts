import { isKind } from '../../core/errors.js'
import type { ByteStore } from '../../storage/store.js'
import type { PlacedFile } from './place.js'
import type { WrittenRows } from './written-rows.js'

/** Written last: says that a directory is complete, and which files are its. */
export const SUCCESS = '_SUCCESS'

export interface Manifest {
  readonly format: 1
  /** Of the write that made it. */
  readonly write: string
  readonly rows?: number
  /** Below the directory. */
  readonly files: readonly { readonly name: string; readonly size: number }[]
}

/** What `_SUCCESS` says of a write below a prefix. */
export function manifestOf(write: string, prefix: string, { files, rows }: WrittenRows): Buffer {
  const list = files.map(({ key, size }: PlacedFile) => ({ name: key.slice(prefix.length), size }))
  const manifest: Manifest = {
    format: 1,
    write,
    ...(rows === undefined ? {} : { rows }),
    files: list,
  }
  return Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)
}

/** Undefined without one, or when it is another's. */
export async function readManifest(
  store: ByteStore,
  prefix: string,
): Promise<Manifest | undefined> {
  try {
    const text = Buffer.from(await store.get(`${prefix}${SUCCESS}`)).toString()
    const found = JSON.parse(text) as Partial<Manifest> | null
    return found?.format === 1 && Array.isArray(found.files) ? (found as Manifest) : undefined
  } catch (error) {
    if (isKind(error, 'not-found') || error instanceof SyntaxError) return undefined
    throw error
  }
}
