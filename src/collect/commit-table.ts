import { randomUUID } from 'node:crypto'
import type { ConvertedTable, ObjectOutcome } from '../engines/engine.js'
import { FORMATS } from '../formats/index.js'
import { tableColumns } from '../formats/table-schema.js'
import type { ByteStore } from '../storage/store.js'
import { batchName, type Plan, RECEIPTS } from './plans.js'
import { emptyReceipt, encodeReceipt, parseReceipt, type Receipt } from './receipt.js'
import { schemaActions, storeFiles } from './stored-files.js'
import type { BatchTools } from './tools.js'

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
  let receipt = emptyReceipt(plan)
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
      receipt = receiptOf(plan, outcomes, id, left)
      await lake.store.put(receiptKey, encodeReceipt(receipt))
      if (adds.length === 0) return undefined
      return [...schemaActions(snapshot, tableColumns(table.format)), ...adds]
    },
  })
  if (outcome.already) {
    await lake.store.delete(receiptKey)
    for (const key of stored.values()) await lake.store.delete(key)
    return readReceipt(lake.store, plan, outcome.info)
  }
  return receipt
}

/** @param left what was left out while committing, by source object */
function receiptOf(
  plan: Plan,
  outcomes: readonly ObjectOutcome[],
  format: string,
  left: ReadonlyMap<string, number>,
): Receipt {
  const receipt = emptyReceipt(plan)
  const rest = new Map(left)
  for (const o of outcomes) {
    if (o.format !== format || o.state !== 'done') continue
    let less = 0
    if (rest.size > 0) {
      const uri = plan.objects[o.index]?.uri ?? ''
      const of = rest.get(uri) ?? 0
      // Two versions of an object share its name, and what was left out.
      less = Math.min(of, o.rows)
      rest.set(uri, of - less)
    }
    receipt.rows[o.index] = o.rows - less
    receipt.duplicates[o.index] = o.repeats + less
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
      receipts.push(await readReceipt(tools.lake.store, plan, outcome.info))
  }
  return receipts
}

async function readReceipt(
  store: ByteStore,
  plan: Plan,
  info: Readonly<Record<string, unknown>> | undefined,
): Promise<Receipt> {
  const key = info?.['receipt']
  return typeof key === 'string' ? parseReceipt(await store.get(key), plan) : emptyReceipt(plan)
}
