import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LakeFiles } from '../../collect/lake-files.js'
import type { Source } from '../../collect/source.js'
import type { BatchTools } from '../../collect/tools.js'
import { openDuckDb } from '../../engines/duckdb/open.js'
import { openStore } from '../../storage/open.js'
import type { GetOptions } from '../../storage/store.js'
import { storeOptions, type LakeContext } from '../context.js'

/**
 * Of the process's memory, what DuckDB's buffers may take beside the reading threads and Node. It holds
 * about twice as much again that it does not count while it compares and writes whole rows.
 */
const ENGINE_SHARE = 0.15
/** With less it cannot hold two threads' row groups, bytes. */
const ENGINE_LEAST = 160 * 2 ** 20

/** What collecting works with, but for a converter. */
export interface Tools extends Omit<BatchTools, 'converter'> {
  close(): Promise<void>
}

/** Opens an engine of its own; the caller closes. */
export async function openTools(context: LakeContext, sources: readonly Source[]): Promise<Tools> {
  const { settings, spillFolder } = context
  await mkdir(spillFolder, { recursive: true, mode: 0o700 })
  const engine = await openDuckDb({
    memoryLimitBytes: Math.max(ENGINE_LEAST, settings.memory * ENGINE_SHARE),
    threads: settings.threads,
    tempFolder: join(spillFolder, 'collect'),
  })
  const files = new LakeFiles(context.store, join(spillFolder, 'lake-files'))
  return {
    lake: context.lake,
    engine,
    files,
    fetch: (uri, range) =>
      fetchFrom(sources, uri, context, { ...(range && { range }), signal: context.signal }),
    scratch: spillFolder,
    logger: context.logger,
    signal: context.signal,
    async close() {
      await files.close()
      engine.close()
    },
  }
}

/** Objects of a resumed plan may come from a source that this call does not name. */
async function fetchFrom(
  sources: readonly Source[],
  uri: string,
  context: LakeContext,
  options: GetOptions,
): Promise<Uint8Array> {
  const source = sources.find((s) => uri.startsWith(`${s.store.uri}/`))
  if (source) return source.store.get(uri.slice(source.store.uri.length + 1), options)
  const [, root, key] = /^([a-z0-9]+:\/\/[^/]+)\/(.*)$/i.exec(uri) ?? []
  return openStore(root ?? uri, storeOptions(context.settings)).get(key ?? '', options)
}
