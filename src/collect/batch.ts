import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../core/logger.js'
import { encodeJsonLines } from '../engines/duckdb/encode.js'
import type { DuckDbEngine } from '../engines/duckdb/open.js'
import type {
  ConvertedBatch,
  ConvertedTable,
  Converter,
  ConvertProgress,
  DataFile,
  ObjectOutcome,
} from '../engines/engine.js'
import { FORMATS } from '../formats/index.js'
import { INGEST_OBJECTS, INGEST_REJECTS } from '../formats/system-tables.js'
import { tableColumns, type TableColumn } from '../formats/table-schema.js'
import type { Action } from '../lake/actions.js'
import { addAction } from '../lake/add-file.js'
import { createTableActions } from '../lake/create.js'
import { evolve } from '../lake/evolve.js'
import type { Lake } from '../lake/lake.js'
import type { Snapshot } from '../lake/snapshot.js'
import type { ByteStore } from '../storage/store.js'
import { dayOf, encodeLedger, timestamp, type LedgerRow } from './ledger.js'
import type { LakeFiles } from './lake-files.js'
import type { Plan } from './plans.js'

export interface BatchTools {
  readonly lake: Lake
  readonly engine: DuckDbEngine
  readonly converter: Converter
  readonly files: LakeFiles
  /** Reads a source object's bytes. */
  readonly fetch: (uri: string) => Promise<Uint8Array>
  /** Local folder for what a batch leaves behind while it is worked on. */
  readonly scratch: string
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** A batch that was read and not yet committed. */
export interface ReadBatch {
  readonly plan: Plan
  readonly folder: string
  readonly converted: ConvertedBatch
}

/** What one table's commit of a batch brought, by source object; kept until the ledger has it. */
interface Receipt {
  readonly rows: Readonly<Record<string, number>>
  readonly duplicates: Readonly<Record<string, number>>
}

/** Reads the objects of a plan; nothing of the lake changes. */
export async function readBatch(
  tools: BatchTools,
  plan: Plan,
  onProgress: (done: ConvertProgress) => void,
): Promise<ReadBatch> {
  const folder = join(tools.scratch, `batch-${plan.seq}-${randomUUID()}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    const converted = await tools.converter.convert({
      objects: plan.objects,
      fetch: (index) => tools.fetch(plan.objects[index]?.uri ?? ''),
      format: plan.options.format,
      ...(plan.options.fields ? { fields: plan.options.fields } : {}),
      folder,
      ingestedAt: new Date(),
      keepDuplicates: plan.options.keepDuplicates,
      signal: tools.signal,
      onProgress,
    })
    for (const found of converted.detected) tools.logger.debug('log type', { ...found })
    return { plan, folder, converted }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/**
 * Commits a batch: each table, then the rejects, then the ledger, each with the batch's `txn`. It may be
 * repeated after a kill at any point: what is committed stays as it is, and its receipt tells the ledger.
 */
export async function commitBatch(
  tools: BatchTools,
  batch: ReadBatch,
): Promise<readonly LedgerRow[]> {
  const { plan, converted, folder } = batch
  const at = new Date()
  try {
    const receipts = await olderReceipts(tools, plan, converted.tables)
    for (const table of converted.tables)
      receipts.push(await commitTable(tools, plan, table, converted.outcomes, at))
    await commitRejects(tools, plan, converted, at, folder)
    const rows = ledgerRows(plan, converted.outcomes, receipts)
    await commitLedger(tools, plan, rows, at, folder)
    return rows
  } finally {
    for (const table of converted.tables) await table.discard()
    await rm(folder, { recursive: true, force: true })
  }
}

async function commitTable(
  tools: BatchTools,
  plan: Plan,
  table: ConvertedTable,
  outcomes: readonly ObjectOutcome[],
  at: Date,
): Promise<Receipt> {
  const { lake, files } = tools
  const { id } = table.format
  const receiptKey = `_headrig/receipts/${plan.lane}-${String(plan.seq).padStart(12, '0')}-${id}-${randomUUID()}.json`
  const stored = new Map<string, string>()
  const seen = new Set<string>()
  const receipt: { rows: Record<string, number>; duplicates: Record<string, number> } = {
    rows: {},
    duplicates: {},
  }
  const outcome = await lake.table(id).commit({
    operation: 'WRITE',
    txn: { appId: plan.lane, version: plan.seq },
    info: { batch: batchName(plan), receipt: receiptKey },
    build: async (snapshot) => {
      let left: ReadonlyMap<string, number> = new Map()
      if (!plan.options.keepDuplicates) {
        const range = [
          { column: 'time', op: '>=', values: [table.minTime.toISOString()] },
          { column: 'time', op: '<=', values: [table.maxTime.toISOString()] },
        ] as const
        const fresh = (snapshot?.files(range) ?? []).filter((f) => !seen.has(f.path))
        for (const file of fresh) seen.add(file.path)
        left = await table.dropDuplicates(await files.local(id, fresh))
      }
      const data = await table.encode()
      const adds = await storeFiles(tools, id, data, stored)
      for (const o of outcomes) {
        const uri = plan.objects[o.index]?.uri
        if (uri === undefined || o.format !== id) continue
        receipt.duplicates[uri] = o.repeats + (left.get(uri) ?? 0)
        receipt.rows[uri] = o.rows - (left.get(uri) ?? 0)
      }
      await lake.store.put(receiptKey, Buffer.from(JSON.stringify(receipt)))
      if (adds.length === 0) return undefined
      return [...schemaActions(snapshot, tableColumns(table.format)), ...adds]
    },
  })
  if (outcome.already) {
    await lake.store.delete(receiptKey)
    for (const key of stored.values()) await lake.store.delete(key)
    return readReceipt(lake.store, outcome.info)
  }
  return receipt
}

/** Moves finished files into the table's folder, each once; those that were replaced are deleted. */
async function storeFiles(
  tools: BatchTools,
  table: string,
  data: readonly DataFile[],
  stored: Map<string, string>,
): Promise<Action[]> {
  const { store } = tools.lake
  const current = new Set(data.map((f) => f.path))
  for (const [path, key] of stored) {
    if (current.has(path)) continue
    await store.delete(key)
    stored.delete(path)
  }
  const actions: Action[] = []
  for (const file of data) {
    const path = `event_day=${file.eventDay}/${file.path.split('/').at(-1)}`
    const key = `tables/${table}/${path}`
    if (!stored.has(file.path)) {
      await store.putFile(key, file.path)
      stored.set(file.path, key)
    }
    actions.push(
      addAction({
        path,
        partitionValues: { event_day: file.eventDay },
        size: file.size,
        stats: file.stats,
      }),
    )
  }
  return actions
}

function schemaActions(
  snapshot: Snapshot | undefined,
  columns: readonly TableColumn[],
): readonly Action[] {
  if (!snapshot) return createTableActions(columns, ['event_day'])
  const evolved = evolve(snapshot, columns)
  return evolved ? [evolved] : []
}

async function commitRejects(
  tools: BatchTools,
  plan: Plan,
  converted: ConvertedBatch,
  at: Date,
  folder: string,
): Promise<void> {
  if (converted.rejects.length === 0) return
  await commitSystem(tools, plan, 'ingest_rejects', INGEST_REJECTS, () =>
    encodeJsonLines(
      tools.engine,
      converted.rejects,
      INGEST_REJECTS,
      { time: timestamp(at) },
      { folder, eventDay: dayOf(at) },
    ),
  )
}

async function commitLedger(
  tools: BatchTools,
  plan: Plan,
  rows: readonly LedgerRow[],
  at: Date,
  folder: string,
): Promise<void> {
  await commitSystem(tools, plan, 'ingest_objects', INGEST_OBJECTS, () =>
    encodeLedger(tools.engine, rows, at, folder),
  )
}

async function commitSystem(
  tools: BatchTools,
  plan: Plan,
  name: string,
  columns: readonly TableColumn[],
  encode: () => Promise<DataFile>,
): Promise<void> {
  let data: DataFile | undefined
  const stored = new Map<string, string>()
  const outcome = await tools.lake.table(name).commit({
    operation: 'WRITE',
    txn: { appId: plan.lane, version: plan.seq },
    info: { batch: batchName(plan) },
    build: async (snapshot) => {
      data ??= await encode()
      return [
        ...schemaActions(snapshot, columns),
        ...(await storeFiles(tools, name, [data], stored)),
      ]
    },
  })
  if (outcome.already) for (const key of stored.values()) await tools.lake.store.delete(key)
}

/** Receipts of tables that an earlier attempt at this batch committed and that this one read nothing of. */
async function olderReceipts(
  tools: BatchTools,
  plan: Plan,
  tables: readonly ConvertedTable[],
): Promise<Receipt[]> {
  const receipts: Receipt[] = []
  for (const { id } of FORMATS) {
    if (tables.some((t) => t.format.id === id)) continue
    const table = tools.lake.table(id)
    const done = (await table.snapshot())?.txn(plan.lane)
    if (done === undefined || done < plan.seq) continue
    const outcome = await table.commit({
      operation: 'WRITE',
      txn: { appId: plan.lane, version: plan.seq },
      build: async () => undefined,
    })
    if (outcome.already && outcome.info?.['batch'] === batchName(plan))
      receipts.push(await readReceipt(tools.lake.store, outcome.info))
  }
  return receipts
}

async function readReceipt(
  store: ByteStore,
  info: Readonly<Record<string, unknown>> | undefined,
): Promise<Receipt> {
  const key = info?.['receipt']
  if (typeof key !== 'string') return { rows: {}, duplicates: {} }
  return JSON.parse(Buffer.from(await store.get(key)).toString()) as Receipt
}

function ledgerRows(
  plan: Plan,
  outcomes: readonly ObjectOutcome[],
  receipts: readonly Receipt[],
): LedgerRow[] {
  const byIndex = new Map(outcomes.map((o) => [o.index, o]))
  return plan.objects.map((object, index) => {
    const outcome = byIndex.get(index)
    const receipt = receipts.find((r) => object.uri in r.rows)
    // What is committed counts, whatever became of the object since.
    const state = receipt ? 'done' : (outcome?.state ?? 'failed')
    return {
      uri: object.uri,
      etag: object.etag,
      size: object.size,
      modified: new Date(object.modified).toISOString(),
      format: outcome?.format ?? null,
      rows: receipt?.rows[object.uri] ?? 0,
      rejected: outcome?.rejected ?? 0,
      duplicates: receipt?.duplicates[object.uri] ?? 0,
      batch: batchName(plan),
      state,
      error: outcome?.error ?? null,
      ...(outcome?.failure ? { failure: outcome.failure } : {}),
    }
  })
}

function batchName(plan: Plan): string {
  return `${plan.lane}/${plan.seq}`
}
