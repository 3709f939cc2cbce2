import { rm } from 'node:fs/promises'
import { CLUSTER_MARK } from './environment.js'
import { awaitEnd, processesWith, signalProcess, type ProcessId } from '../process-id.js'
import { readRecord, updateRecord } from './record.js'

const POLITE_MS = 8000
const FORCED_MS = 5000

/**
 * Ends every process of a cluster and removes its folder. Asks first, then kills; only processes that are
 * still the same, and those that carry the cluster's mark. Does nothing when there is no such cluster.
 */
export async function stopCluster(folder: string): Promise<void> {
  if (!(await readRecord(folder))) return
  const record = await updateRecord(folder, (r) => ({ ...r, state: 'TERMINATING' }))
  const known: readonly ProcessId[] = [
    ...(record.connect ? [record.connect] : []),
    ...record.workers.map((worker) => worker.process),
    ...(record.master ? [record.master] : []),
  ]
  await Promise.all(known.map((id) => signalProcess(id, 'SIGTERM')))
  const stubborn = await awaitEnd(known, POLITE_MS)
  await Promise.all(stubborn.map((id) => signalProcess(id, 'SIGKILL', true)))
  const strays = await processesWith(CLUSTER_MARK, folder)
  await Promise.all(strays.map((id) => signalProcess(id, 'SIGKILL')))
  await awaitEnd([...stubborn, ...strays], FORCED_MS)
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
