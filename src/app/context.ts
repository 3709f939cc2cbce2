import { randomUUID } from 'node:crypto'
import { access, constants, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Settings } from '../core/config-settings.js'
import { HeadrigError, isErrno } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import type { Progress } from '../core/progress.js'
import type { DuckDbEngine } from '../engines/duckdb/open.js'
import type { Lake } from '../lake/lake.js'
import type { StoreOptions } from '../storage/open.js'
import type { ByteStore } from '../storage/store.js'

/** What a use case is told by whoever calls it. */
export interface Effects {
  readonly logger: Logger
  readonly progress: Progress
  /** Aborted when the caller no longer wants the result. */
  readonly signal: AbortSignal
}

/** What every use case works with: one lake, the settings, and the ways to say how it goes. */
export interface LakeContext extends Effects {
  readonly lakeUri: string
  readonly store: ByteStore
  readonly lake: Lake
  readonly settings: Settings
  /** The embedded engine, started at the first call. */
  engine(): Promise<DuckDbEngine>
  /** Where this process may spill to; removed on close. */
  readonly spillFolder: string
  /** Stops the engine and removes what it spilled. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Opens the lake that the settings name, without touching it: it may not exist yet.
 * The caller closes the context.
 * @example const context = await openContext(settings, { logger, progress, signal })
 */
export async function openContext(settings: Settings, effects: Effects): Promise<LakeContext> {
  const [{ openStore }, { openLake }, { checkpointIo }] = await Promise.all([
    import('../storage/open.js'),
    import('../lake/lake.js'),
    import('../engines/duckdb/checkpoint-io.js'),
  ])
  const store = openStore(settings.lake, storeOptions(settings))
  const spillFolder = join(settings.tempFolder ?? (await spillRoot(store)), randomUUID())
  let started: Promise<DuckDbEngine> | undefined
  const engine = (): Promise<DuckDbEngine> => (started ??= startEngine(settings, spillFolder))
  return {
    ...effects,
    lakeUri: store.uri,
    store,
    lake: openLake(store, checkpointIo(engine), { logger: effects.logger }),
    settings,
    engine,
    spillFolder,
    async close() {
      const running = started
      started = undefined
      if (running) await running.then((e) => e.close()).catch(() => undefined)
      await rm(spillFolder, { recursive: true, force: true })
      await rmdir(dirname(spillFolder)).catch(() => undefined)
    },
  }
}

/** What `openStore` is to know of the settings; also for the sources that `collect` reads. */
export function storeOptions(settings: Settings): StoreOptions {
  return {
    endpoint: settings.s3Endpoint,
    region: settings.s3Region,
    profile: settings.s3Profile,
    pathStyle: settings.s3PathStyle,
    requesterPays: settings.s3RequesterPays,
    encryption: encryptionOf(settings),
  }
}

function encryptionOf({ s3Encryption, s3KmsKey }: Settings): StoreOptions['encryption'] {
  if (s3Encryption === undefined) return undefined
  if (s3Encryption === 'SSE-S3') return { mode: 'AES256' }
  return { mode: 'aws:kms', ...(s3KmsKey !== undefined && { keyId: s3KmsKey }) }
}

/** Throws `not-found` unless the lake holds a table, also one over raw files: for use cases that only read. */
export async function requireLake(context: LakeContext): Promise<void> {
  if ((await context.lake.tables()).length > 0) return
  const { openCatalog } = await import('../catalog/catalog.js')
  if ((await openCatalog(context.store).names()).length > 0) return
  throw new HeadrigError(
    'not-found',
    `no lake at ${context.lakeUri}: run headrig collect <uri> first, or name the lake with --lake`,
  )
}

/** In the lake, whose disk has room for it; a remote or read-only lake spills to the system's folder. */
async function spillRoot(store: ByteStore): Promise<string> {
  const elsewhere = join(tmpdir(), 'headrig')
  const scratch = store.localPath('_headrig/spill')
  if (scratch === undefined) return elsewhere
  try {
    await access(dirname(dirname(scratch)), constants.W_OK)
    return scratch
  } catch (error) {
    return isErrno(error, 'ENOENT') ? scratch : elsewhere
  }
}

/** What this process itself may take of the memory that the user allows. */
const OWN_MEMORY = 192 * 2 ** 20

async function startEngine(settings: Settings, spillFolder: string): Promise<DuckDbEngine> {
  const { openDuckDb } = await import('../engines/duckdb/open.js')
  return openDuckDb({
    memoryLimitBytes: Math.max(settings.memory - OWN_MEMORY, settings.memory / 2),
    threads: settings.threads,
    tempFolder: spillFolder,
  })
}
