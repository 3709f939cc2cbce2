import { encodeJsonLines } from '../engines/duckdb/encode.js'
import type { ConvertedBatch, DataFile } from '../engines/engine.js'
import { INGEST_OBJECTS, INGEST_REJECTS } from '../formats/system-tables.js'
import type { TableColumn } from '../formats/table-schema.js'
import { dayOf, encodeLedger, type LedgerRow, timestamp } from './ledger.js'
import { batchName, type Plan } from './plans.js'
import { schemaActions, storeFiles } from './stored-files.js'
import type { BatchTools } from './tools.js'

/** Commits what could not be read. */
export async function commitRejects(
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

/** Commits what became of each object: the last step of a batch. */
export async function commitLedger(
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
        ...(await storeFiles(tools.lake.store, name, [data], stored)),
      ]
    },
  })
  if (outcome.already) for (const key of stored.values()) await tools.lake.store.delete(key)
}
