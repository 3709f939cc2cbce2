import type { Fingerprints } from './fingerprints.js'
import { NO_SLOT } from './plan.js'
import type { Scanner } from './scanner.js'

/** What was found out about a scanner's rows when they were held against the batch. */
export interface Sifted {
  /** By row: 1 when an equal record came before. */
  readonly again: Uint8Array
  /** Rows that come again, by object of the batch. */
  readonly repeats: ReadonlyMap<number, number>
  /** Ids of rows that are kept though their id came before, with other content. */
  readonly ids: readonly string[]
}

/** Holds a scanner's rows against all that came before in the batch. */
export function sift({ front, rows, plan }: Scanner, batch: Fingerprints): Sifted {
  const { buffer } = front.memory
  const hashes = new Uint32Array(buffer, front.hashes.value as number, rows * 2)
  const prints = new Uint32Array(buffer, front.prints.value as number, rows * 4)
  const objects = new Uint32Array(buffer, front.objectsAt(), rows)
  const again = new Uint8Array(rows)
  const repeats = new Map<number, number>()
  const ids: string[] = []
  batch.add(rows, hashes, prints, (row, meeting) => {
    if (meeting === 'again') {
      again[row] = 1
      const object = objects[row] as number
      repeats.set(object, (repeats.get(object) ?? 0) + 1)
    } else if (meeting === 'same-id' && plan.idSlot !== NO_SLOT) {
      const at = front.slotOf(row, plan.idSlot)
      if (at === 0) return
      const [pointer = 0, length = 0] = new Uint32Array(buffer, at, 2)
      ids.push(Buffer.from(buffer, pointer, length).toString('utf8'))
    }
  })
  return { again, repeats, ids }
}
