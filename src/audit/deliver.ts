import type { ByteStore } from '../storage/store.js'
import type { ArchiveContext } from './archive.js'
import { fullKey } from './trail.js'

export interface DeliveryContext extends ArchiveContext {
  /** Where the trail goes; the history itself when it goes nowhere else. */
  readonly store: ByteStore
}

/**
 * Brings what is waiting to where the trail goes, the oldest first. A file that was brought twice,
 * because of a kill, is one file: same name, same bytes.
 */
export async function deliverWaiting({
  trail,
  documents,
  history,
  store,
}: DeliveryContext): Promise<void> {
  for (const file of documents.deliveries.list({ parent: 'waiting' })) {
    if (store !== history) await store.put(file.key, await history.get(file.key))
    const delivered = { ...file, bucket: trail.bucket, object: fullKey(trail, file.key) }
    documents.deliveries.put(file.id, delivered, {
      parent: 'delivered',
      position: Number(file.id),
    })
  }
}
