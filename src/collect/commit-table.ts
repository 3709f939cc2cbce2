import { randomUUID } from 'node:crypto'
import type { ConvertedTable, ObjectOutcome } from '../engines/engine.js'
import { FORMATS } from '../formats/index.js'
import { tableColumns } from '../formats/table-schema.js'
import type { ByteStore } from '../storage/store.js'
import { batchName, type Plan, RECEIPTS } from './plans.js'
import { schemaActions, storeFiles } from './stored-files.js'
import type { BatchTools } from './tools.js'

/** What one table's commit of a batch brought, by source object; kept until the ledger has it. */
export interface Receipt {
  readonly rows: Readonly<Record<string, number>>
  readonly duplicates: Readonly<Record<string, number>>
}

/**
 * Commits one table's files. Duplicates are looked for in every file that other writers committed before: a
 * lost race means another look at what the winner brought.
 */
export async function commitTable(
  tools: BatchTools,
  plan: Plan,
  table: ConvertedTable,
  outcomes: readonly ObjectOutcome[],
): Promise<Receipt> {
  const { lake, files } = tools
  const { id } = table.format
  const receiptKey = `${RECEIPTS}${plan.lane}-${String(plan.seq).padStart(12, '0')}-${id}-${randomUUID()}.json`
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
        const fresh = ((await snapshot?.files(range)) ?? []).filter((f) => !seen.has(f.path))
        for (const file of fresh) seen.add(file.path)
        left = await table.dropDuplicates(await files.local(id, fresh))
      }
      const data = await table.encode()
      const adds = await storeFiles(lake.store, id, data, stored)
      for (const o of outcomes) {
        const uri = plan.objects[o.index]?.uri
        if (uri === undefined || o.format !== id || o.state !== 'done') continue
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

/** Receipts of tables that an earlier attempt at this batch committed and that this one read nothing of. */
export async function olderReceipts(
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
