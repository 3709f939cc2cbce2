import type { Plan } from './plans.js'

/** What one table's commit of a batch brought, by the object's index in the plan; kept until the ledger has it. */
export type Receipt = ReadonlyMap<number, { readonly rows: number; readonly duplicates: number }>

/** As it lies in the store: lists of equal length. */
interface Columns {
  readonly objects: readonly number[]
  readonly rows: readonly number[]
  readonly duplicates: readonly number[]
}

/** How earlier builds wrote it: by URI. */
interface ByUri {
  readonly rows: Readonly<Record<string, number>>
  readonly duplicates: Readonly<Record<string, number>>
}

export function encodeReceipt(receipt: Receipt): Uint8Array {
  const each = [...receipt.values()]
  const columns: Columns = {
    objects: [...receipt.keys()],
    rows: each.map((r) => r.rows),
    duplicates: each.map((r) => r.duplicates),
  }
  return Buffer.from(JSON.stringify(columns))
}

export function parseReceipt(bytes: Uint8Array, plan: Plan): Receipt {
  const file = JSON.parse(Buffer.from(bytes).toString()) as Columns | ByUri
  const receipt = new Map<number, { rows: number; duplicates: number }>()
  if ('objects' in file) {
    for (const [i, object] of file.objects.entries())
      receipt.set(object, { rows: file.rows[i] ?? 0, duplicates: file.duplicates[i] ?? 0 })
    return receipt
  }
  for (const [index, { uri }] of plan.objects.entries()) {
    const rows = file.rows[uri]
    if (rows !== undefined) receipt.set(index, { rows, duplicates: file.duplicates[uri] ?? 0 })
  }
  return receipt
}
