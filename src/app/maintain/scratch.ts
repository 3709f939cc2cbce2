import type { ByteStore } from '../../storage/store.js'

const PLAN = /^_headrig\/plans\/(\d{12})\.(json|done)$/
const PASSING = /^_headrig\/(spill|staging)\//
const RECEIPT = /^_headrig\/receipts\/.*-(\d{12})-/

/**
 * What is left of work that is over, last touched before a moment: plans that are done, their
 * receipts, spilled files, what tasks of a cluster were told. Of the plans the last one stays, since its number is the next one's start;
 * a plan that is not done stays with its receipts whatever its age.
 */
export async function scratchToDelete(
  store: ByteStore,
  before: number,
): Promise<readonly string[]> {
  const open = new Set<string>()
  const done = new Map<string, number>()
  let last = ''
  for await (const { key, modified } of store.list('_headrig/plans/')) {
    const [, number = '', kind] = PLAN.exec(key) ?? []
    if (!kind) continue
    if (number > last) last = number
    if (kind === 'json') open.add(number)
    else done.set(number, modified)
  }
  for (const number of done.keys()) open.delete(number)
  const keys: string[] = []
  for (const [number, modified] of done) {
    if (number === last || modified >= before) continue
    // The plan goes first: a plan without its mark would be worked on again.
    keys.push(`_headrig/plans/${number}.json`, `_headrig/plans/${number}.done`)
  }
  for await (const { key, modified } of store.list('_headrig/')) {
    if (modified >= before) continue
    const receipt = RECEIPT.exec(key)?.[1]
    if (receipt !== undefined ? !open.has(receipt) : PASSING.test(key)) keys.push(key)
  }
  return keys
}
