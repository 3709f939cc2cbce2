import { HeadrigError, isKind } from '../../core/errors.js'
import type { StoredObject } from '../../storage/store.js'
import type { ManifestEntry } from './manifest.js'
import { readManifest } from './manifest.js'
import type { DistCpOptions } from './options.js'
import { uriAt, type Place } from './place.js'
import type { Source } from './plan.js'
import { unpacked } from './unpacked.js'

const MOST_BYTES = 2 ** 28

/** A file to copy, and where it is. */
export interface CopySource extends Source {
  readonly place: Place
  readonly key: string
  /** Of its content, when it was listed. */
  readonly etag: string
}

export interface Listing {
  readonly sources: readonly CopySource[]
  /** What an earlier run copied: it is named again by the new manifest. */
  readonly before: readonly ManifestEntry[]
}

interface ListContext {
  readonly place: (uri: string) => Place
  readonly signal: AbortSignal
}

/**
 * The files to copy: below the source or the prefixes, or those of a manifest; without those that an earlier run
 * copied and those that the pattern does not match.
 * @throws HeadrigError `not-found` when there is nothing at the source, or no manifest
 */
export async function listSources(
  options: DistCpOptions,
  pattern: RegExp | undefined,
  context: ListContext,
): Promise<Listing> {
  const { previousManifest, requirePreviousManifest = true, copyFromManifest } = options
  const read = (uri: string): Promise<Uint8Array> => readObject(uri, context)
  const listed =
    previousManifest === undefined
      ? []
      : await read(previousManifest).then(
          (bytes) => readManifest(bytes, previousManifest),
          (error: unknown) => {
            if (requirePreviousManifest || !isKind(error, 'not-found')) throw error
            return []
          },
        )
  const wanted = (uri: string): boolean => pattern === undefined || pattern.test(uri)
  if (copyFromManifest) {
    const named = await fromManifest(listed, context)
    return { sources: named.filter(({ uri }) => wanted(uri)), before: [] }
  }
  const prefixes =
    options.srcPrefixesFile === undefined
      ? [options.src]
      : await textLines(await read(options.srcPrefixesFile))
  const known = new Set(listed.map(({ path }) => path))
  const found = new Map<string, CopySource>()
  for (const prefix of prefixes)
    for (const source of await below(prefix, options.src, context))
      if (!known.has(source.uri) && wanted(source.uri)) found.set(source.uri, source)
  return { sources: [...found.values()], before: listed }
}

async function below(
  prefix: string,
  src: string,
  { place, signal }: ListContext,
): Promise<CopySource[]> {
  const [at, base] = [place(prefix), place(src)]
  if (
    at.root !== base.root ||
    (base.key !== '' && at.key !== base.key && !at.key.startsWith(`${base.key}/`))
  )
    throw new HeadrigError(
      'invalid',
      `prefix ${prefix} is not below ${src}: names are relative to that`,
    )
  const found: CopySource[] = []
  const add = (object: StoredObject): void => {
    const name = object.key.slice(base.key === '' ? 0 : base.key.length + 1)
    // Consoles make an empty object for a folder.
    if (name === '' || object.key.endsWith('/')) return
    found.push({ ...object, place: at, uri: uriAt(at, object.key), name })
  }
  let objects = 0
  for await (const object of at.store.list(at.key === '' ? '' : `${at.key}/`, { signal })) {
    objects += 1
    add(object)
  }
  if (objects > 0) return found
  const single = at.key === '' ? undefined : await at.store.head(at.key)
  if (!single)
    throw new HeadrigError('not-found', `there is nothing at ${prefix}: see its bucket and prefix`)
  const name = single.key.slice(single.key.lastIndexOf('/') + 1)
  return [{ ...single, place: at, uri: uriAt(at, single.key), name }]
}

/** The files that a manifest names, as they are now. */
async function fromManifest(
  entries: readonly ManifestEntry[],
  { place, signal }: ListContext,
): Promise<CopySource[]> {
  const sources: CopySource[] = []
  for (const { path, baseName } of entries) {
    signal.throwIfAborted()
    const at = place(path)
    const object = await at.store.head(at.key)
    if (!object)
      throw new HeadrigError('not-found', `there is no file ${path}, which the manifest names`)
    sources.push({ ...object, place: at, uri: uriAt(at, object.key), name: baseName })
  }
  return sources
}

async function readObject(uri: string, { place, signal }: ListContext): Promise<Uint8Array> {
  const { store, key } = place(uri)
  return store.get(key, { signal })
}

async function textLines(bytes: Uint8Array): Promise<string[]> {
  const text = await unpacked(bytes, MOST_BYTES)
  return text
    .toString()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
