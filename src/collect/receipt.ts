import type { Plan } from './plans.js'

/**
 * What one table's commit of a batch brought, by the object's index in the plan: NaN, nothing is known of
 * the object. Kept until the ledger has it.
 */
export interface Receipt {
  readonly rows: Float64Array
  readonly duplicates: Float64Array
}

/** As it lies in the store: null for what is not known. Earlier builds wrote it by URI. */
interface ReceiptFile {
  readonly rows: Counts
  readonly duplicates: Counts
}

type Counts = readonly (number | null)[] | Readonly<Record<string, number>>

/** Nothing is known yet. */
export function emptyReceipt({ objects }: Pick<Plan, 'objects'>): Receipt {
  const unknown = (): Float64Array => new Float64Array(objects.length).fill(Number.NaN)
  return { rows: unknown(), duplicates: unknown() }
}

export function encodeReceipt({ rows, duplicates }: Receipt): Uint8Array {
  // JSON has no NaN: it becomes null.
  return Buffer.from(JSON.stringify({ rows: [...rows], duplicates: [...duplicates] }))
}

export function parseReceipt(bytes: Uint8Array, plan: Pick<Plan, 'objects'>): Receipt {
  const file = JSON.parse(Buffer.from(bytes).toString()) as ReceiptFile
  return { rows: byIndex(file.rows, plan), duplicates: byIndex(file.duplicates, plan) }
}

function byIndex(counts: Counts, { objects }: Pick<Plan, 'objects'>): Float64Array {
  const list = isList(counts) ? counts : objects.map(({ uri }) => counts[uri])
  return Float64Array.from(objects, (_, i) => list[i] ?? Number.NaN)
}

function isList(counts: Counts): counts is readonly (number | null)[] {
  return Array.isArray(counts)
}
