import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConvertedBatch, ConvertProgress, ObjectOutcome } from '../engines/engine.js'
import { commitLedger, commitRejects } from './commit-system.js'
import { commitTable, olderReceipts } from './commit-table.js'
import type { LedgerRow } from './ledger.js'
import { batchName, type Plan } from './plans.js'
import type { Receipt } from './receipt.js'
import type { BatchTools } from './tools.js'

/** A batch that was read and not yet committed. */
export interface ReadBatch {
  readonly plan: Plan
  readonly folder: string
  readonly converted: ConvertedBatch
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
      fetch: (index, range) => tools.fetch(plan.objects[index]?.uri ?? '', range),
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
      receipts.push(await commitTable(tools, plan, table, converted.outcomes))
    await commitRejects(tools, plan, converted, at, folder)
    const rows = ledgerRows(plan, converted.outcomes, receipts)
    await commitLedger(tools, plan, rows, at, folder)
    return rows
  } finally {
    for (const table of converted.tables) await table.discard()
    await rm(folder, { recursive: true, force: true })
  }
}

function ledgerRows(
  plan: Plan,
  outcomes: readonly ObjectOutcome[],
  receipts: readonly Receipt[],
): LedgerRow[] {
  const byIndex = Array.from<ObjectOutcome | undefined>({ length: plan.objects.length })
  for (const o of outcomes) byIndex[o.index] = o
  const batch = batchName(plan)
  return plan.objects.map((object, index) => {
    const outcome = byIndex[index]
    const receipt = receipts.find((r) => !Number.isNaN(r.rows[index]))
    // What is committed counts, whatever became of the object since.
    const state = receipt ? 'done' : (outcome?.state ?? 'failed')
    return {
      uri: object.uri,
      etag: object.etag,
      size: object.size,
      modified: object.modified,
      format: outcome?.format ?? null,
      rows: receipt?.rows[index] ?? 0,
      rejected: outcome?.rejected ?? 0,
      duplicates: receipt?.duplicates[index] ?? 0,
      batch,
      state,
      error: outcome?.error ?? null,
      ...(outcome?.failure ? { failure: outcome.failure } : {}),
    }
  })
}
