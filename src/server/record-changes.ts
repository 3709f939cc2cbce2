import type { AuditSink } from '../audit/sink.js'
import type { Directory } from '../auth/keys/directory.js'
import { rootOf } from '../auth/keys/principals.js'
import { messageOf } from '../core/errors.js'
import { version } from '../core/version.js'

export interface RecordChangesOptions {
  readonly directory: Directory
  readonly audit: Pick<AuditSink, 'record'>
  readonly account: string
  readonly region: string
  readonly warn: (message: string) => void
}

const LOOK_MS = 1000
const AT_ONCE = 100

/**
 * Records what `headrig auth` changes as calls of IAM, also what it changed while no server ran: who
 * can write the data folder is the account itself. After a kill one may be recorded twice.
 * @returns looks a last time, and ends
 */
export function recordChanges(options: RecordChangesOptions): () => Promise<void> {
  const { directory, warn } = options
  let seen = ''
  let working: Promise<void> | undefined
  const look = async (): Promise<void> => {
    const current = directory.version()
    if (current === seen) return
    try {
      await recordAll(options)
      seen = current
    } catch (error) {
      warn(`changes of users and policies are not recorded yet: ${messageOf(error)}`)
    }
  }
  const once = (): Promise<void> => (working ??= look().finally(() => (working = undefined)))
  const timer = setInterval(() => void once(), LOOK_MS)
  timer.unref()
  void once()
  return async () => {
    clearInterval(timer)
    await working
    seen = ''
    await once()
  }
}

async function recordAll({
  directory,
  audit,
  account,
  region,
}: RecordChangesOptions): Promise<void> {
  for (;;) {
    const changes = directory.changes.list(AT_ONCE)
    for (const { id, at, by, eventName, parameters } of changes) {
      await audit.record({
        now: new Date(at),
        requestId: id,
        account,
        region,
        sourceIp: '127.0.0.1',
        userAgent: `headrig/${version()}`,
        principal: rootOf(account),
        eventSource: 'iam.amazonaws.com',
        eventName,
        readOnly: false,
        isPlain: true,
        input: parameters,
        additional: { osUser: by },
      })
      directory.changes.delete(id)
    }
    if (changes.length < AT_ONCE) return
  }
}
