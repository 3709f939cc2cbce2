import type { DeliveryContext } from './deliver.js'
import { HOUR_MS, segmentId } from './documents.js'

const AT_ONCE = 100

/**
 * Removes files of the local history that are older than `days`, and what is known of them; never one
 * that still has to be delivered or listed in a digest.
 */
export async function forgetOld(
  { documents, history }: DeliveryContext,
  now: Date,
  days: number,
): Promise<void> {
  const oldest = now.getTime() - days * 24 * HOUR_MS
  for (const segment of documents.segments.list({ limit: AT_ONCE })) {
    const id = segmentId(segment.sequence)
    if (segment.to >= oldest || documents.deliveries.get(id)) return
    await history.delete(segment.key)
    documents.segments.delete(id)
  }
}
