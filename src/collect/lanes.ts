import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { HeadrigError, isKind, messageOf } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import type { ByteStore } from '../storage/store.js'

const FOLDER = '_headrig/lanes/'
/** How long a lease holds without being renewed, milliseconds. */
const LEASE = 60_000
const RENEW = 15_000

interface LeaseFile {
  readonly owner: string
  readonly host: string
  readonly pid: number
  /** When that process started, in the kernel's clock ticks: pids are used again. */
  readonly started: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/**
 * A lane is a sequence of batches that one collector works through; it is the `txn` app id of their commits.
 * The lease spares work, no more: should two hold a lane at once, the `txn` still lets each batch in once.
 */
export interface Lane {
  readonly name: string
  /** Throws `conflict` when the lease was lost. */
  check(): Promise<void>
  release(): Promise<void>
}

/** Takes a lane: one that `preferred` accepts and nobody holds, else (unless `existing`) a new one. */
export async function acquireLane(
  store: ByteStore,
  logger: Logger,
  {
    accept = () => true,
    existing = false,
  }: { accept?: (lane: string) => boolean; existing?: boolean } = {},
): Promise<Lane | undefined> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const lanes = await listLanes(store)
    const free: { name: string; epoch: number }[] = []
    for (const [name, epoch] of lanes) {
      if (accept(name) && (await isFree(store, name, epoch))) free.push({ name, epoch })
    }
    if (free.length === 0 && existing) return undefined
    const { name, epoch } = free[0] ?? { name: `collect-${lanes.size}`, epoch: 0 }
    const lease = newLease()
    if (!(await store.putIfAbsent(keyOf(name, epoch + 1), encode(lease)))) continue
    // A name may have become free because others took the lane, and more than once, since it was looked at.
    if ((await listLanes(store)).get(name) === epoch + 1)
      return hold(store, logger, name, epoch + 1, lease)
  }
  throw new HeadrigError('conflict', 'too many collectors start at once on this lake: try again')
}

function hold(
  store: ByteStore,
  logger: Logger,
  name: string,
  epoch: number,
  lease: LeaseFile,
): Lane {
  const key = keyOf(name, epoch)
  let renewing: Promise<void> = Promise.resolve()
  const renew = (expires: number): Promise<void> =>
    (renewing = renewing
      .then(() => store.put(key, encode({ ...lease, expires })))
      .catch((error: unknown) =>
        logger.warn('could not renew the lease of a lane', { lane: name, error: messageOf(error) }),
      ))
  const timer = setInterval(() => void renew(Date.now() + LEASE), RENEW)
  timer.unref()
  void removeOlder(store, name, epoch).catch(() => undefined)
  return {
    name,
    async check() {
      const lanes = await listLanes(store)
      if (lanes.get(name) === epoch) return
      throw new HeadrigError(
        'conflict',
        `another collector took over lane ${name}: this one was silent for too long, and stops`,
      )
    },
    async release() {
      clearInterval(timer)
      await renew(0)
    },
  }
}

/** The newest lease of each lane. */
async function listLanes(store: ByteStore): Promise<Map<string, number>> {
  const lanes = new Map<string, number>()
  for await (const { key } of store.list(FOLDER)) {
    const [, name, epoch] = /\/([a-z0-9-]+)\.(\d{8})\.json$/.exec(key) ?? []
    if (name) lanes.set(name, Math.max(lanes.get(name) ?? 0, Number(epoch)))
  }
  return lanes
}

async function removeOlder(store: ByteStore, name: string, epoch: number): Promise<void> {
  for (let old = epoch - 1; old > 0 && old > epoch - 5; old--) await store.delete(keyOf(name, old))
}

async function isFree(store: ByteStore, name: string, epoch: number): Promise<boolean> {
  let lease: LeaseFile
  try {
    lease = JSON.parse(Buffer.from(await store.get(keyOf(name, epoch))).toString()) as LeaseFile
  } catch (error) {
    if (isKind(error, 'not-found')) return false
    throw error
  }
  if (lease.expires < Date.now()) return true
  return lease.host === hostname() && startOf(lease.pid) !== lease.started
}

function newLease(): LeaseFile {
  return {
    owner: randomUUID(),
    host: hostname(),
    pid: process.pid,
    started: startOf(process.pid) ?? 'unknown',
    expires: Date.now() + LEASE,
  }
}

/** When a process of this machine started; undefined when there is none, or the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    try {
      process.kill(pid, 0)
      return 'unknown'
    } catch {
      return undefined
    }
  }
}

function keyOf(name: string, epoch: number): string {
  return `${FOLDER}${name}.${String(epoch).padStart(8, '0')}.json`
}

function encode(lease: LeaseFile): Uint8Array {
  return Buffer.from(JSON.stringify(lease))
}
