import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { messageOf } from '../core/errors.js'
import type { State } from '../state/state.js'
import { fileStore } from '../storage/file.js'
import type { ByteStore } from '../storage/store.js'
import type { AwsService } from '../wire/service.js'
import { archive } from './archive.js'
import { deliverWaiting, type DeliveryContext } from './deliver.js'
import { openDigestKeys, type PublicKey } from './digest-keys.js'
import { writeDigests } from './digester.js'
import { auditDocuments } from './documents.js'
import { forgetOld } from './forget.js'
import { AuditLog } from './log.js'
import { listPublicKeys } from './operations/list-public-keys.js'
import { LOOKUP_DAYS, lookupEvents } from './operations/lookup-events.js'
import { describeTrails, getTrail, listTrails } from './operations/trails.js'
import { toRecord } from './record.js'
import type { AuditSink } from './sink.js'
import type { Trail } from './trail.js'

export interface AuditOptions {
  /** Below the server's data folder: segments, the history, the key that signs. */
  readonly folder: string
  readonly state: State
  readonly account: string
  readonly region: string
  /** `headrig` unless given. */
  readonly trailName?: string
  /** Where the trail is delivered: `openStore` of a bucket or folder; the data folder unless given. */
  readonly store?: ByteStore | undefined
  /** Days that the local history, which LookupEvents reads, is kept; 90 unless given. */
  readonly historyDays?: number
  /** Seconds until what was recorded is delivered; 300 unless given. */
  readonly deliverySeconds?: number
  readonly segmentBytes?: number
  readonly reserveBytes?: number
  readonly clock?: () => Date
  readonly newId?: () => string
  readonly warn: (message: string) => void
}

/** The audit log of a server. */
export interface Audit extends AuditSink {
  readonly trail: Trail
  readonly publicKeys: readonly PublicKey[]
  /** Of the service `cloudtrail`. */
  readonly operations: AwsService['operations']
  /** How many files wait to be delivered. */
  undelivered(): number
  /**
   * Seals, archives, delivers and signs what is due; `flush`: what was recorded up to now. What fails
   * is said by `warn` and tried again by the next call.
   */
  work(options?: { readonly flush?: boolean }): Promise<void>
  /** Calls `work` again and again until `close`. */
  start(): void
  /** Delivers what there is. */
  close(): Promise<void>
}

const WORK_MS = 5000

/**
 * Opens the audit log of a server; what a killed one left is delivered by the first `work`.
 * @example
 * const audit = await openAudit({ folder: join(data, 'audit'), state, account, region, warn })
 * audit.start()
 * await audit.record(entry)
 */
export async function openAudit(options: AuditOptions): Promise<Audit> {
  const { folder, state, account, region, warn, trailName: name = 'headrig' } = options
  const { clock = () => new Date(), newId = randomUUID } = options
  const { historyDays = LOOKUP_DAYS, deliverySeconds = 300 } = options
  const documents = auditDocuments(state)
  const history = fileStore(join(folder, 'trail'))
  const store = options.store ?? history
  const trail: Trail = { name, account, region, ...placeOf(store) }
  const keys = await openDigestKeys(folder, clock())
  const segments = join(folder, 'segments')
  const after = lastSequence(documents.segments)
  const log = await AuditLog.open({ ...options, folder: segments, clock }, after)
  const context: DeliveryContext = {
    trail,
    state,
    documents,
    folder: segments,
    history,
    store,
    warn,
  }

  /** What was said, so that it is not said every few seconds. */
  const said = new Map<string, string>()
  const step = async (what: string, action: () => Promise<void>): Promise<void> => {
    try {
      await action()
      said.delete(what)
    } catch (error) {
      const why = messageOf(error)
      if (said.get(what) !== why) warn(`audit: ${what} failed and will be tried again: ${why}`)
      said.set(what, why)
    }
  }
  const once = async (flush: boolean): Promise<void> => {
    await step('sealing', () => log.sealOlderThan(flush ? 0 : deliverySeconds * 1000))
    await step('archiving', async () => {
      for (const segment of await log.sealed()) await archive(segment, context)
    })
    await step(`delivery to ${store.uri}`, () => deliverWaiting(context))
    await step(`the digest in ${store.uri}`, () => writeDigests(context, keys, clock()))
    await step('forgetting', () => forgetOld(context, clock(), historyDays))
  }
  let working = Promise.resolve()
  const work = ({ flush = false } = {}): Promise<void> =>
    (working = working.then(() => once(flush)))
  let timer: NodeJS.Timeout | undefined
  let idle = true

  return {
    trail,
    publicKeys: keys.publicKeys,
    operations: {
      DescribeTrails: describeTrails(trail),
      GetTrail: getTrail(trail),
      ListPublicKeys: listPublicKeys(keys.publicKeys),
      ListTrails: listTrails(trail),
      LookupEvents: lookupEvents({ log, documents, history }),
    },
    record: (entry) => log.append(JSON.stringify(toRecord(entry, newId()))),
    problem: () => log.problem(),
    undelivered: () => documents.deliveries.list({ parent: 'waiting' }).length,
    work,
    start() {
      timer ??= setInterval(() => {
        if (!idle) return
        idle = false
        void work().finally(() => (idle = true))
      }, WORK_MS)
      timer.unref()
    },
    async close() {
      clearInterval(timer)
      await working
      await log.close()
      await work()
      const left = documents.deliveries.list({ parent: 'waiting' }).length
      if (left > 0) warn(`audit: ${left} files wait for ${store.uri}: the next start delivers them`)
    },
  }
}

/** Where a store is, as digests name it: a bucket and what is before the keys, or a folder. */
function placeOf({ uri }: ByteStore): Pick<Trail, 'bucket' | 'prefix'> {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(uri) ?? []
  return bucket === undefined ? { bucket: uri, prefix: '' } : { bucket, prefix }
}

function lastSequence(segments: ReturnType<typeof auditDocuments>['segments']): number {
  return segments.list({ order: 'desc', limit: 1 })[0]?.sequence ?? 0
}
