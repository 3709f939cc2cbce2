import { mapLimit } from '../../core/concurrency.js'
import { HeadrigError } from '../../core/errors.js'
import { isoSeconds } from '../../core/iso-seconds.js'
import { openStore, type StoreOptions } from '../../storage/open.js'
import type { ByteStore } from '../../storage/store.js'
import type { PublicKey } from '../digest-keys.js'
import { HOUR_MS } from '../documents.js'
import { digestFile, logFile, type DigestFile, type TrailFile } from './digest-names.js'
import { checkLog, pathOf, readDigest, type ReadDigest, type Successor } from './read-digest.js'

export interface TrailFinding {
  readonly file: string
  /** `is missing`, `has another hash than …`. */
  readonly reason: string
}

export interface TrailSummary {
  readonly digests: number
  readonly logs: number
  /** Log files of the last hours, which no digest lists yet. */
  readonly unlisted: number
  /** What the digests cover, as ISO times; undefined without any. */
  readonly from?: string
  readonly until?: string
  /** Where a chain begins anew: nothing is said of the time before. */
  readonly begins: readonly string[]
  readonly findings: readonly TrailFinding[]
}

export interface TrailOptions {
  readonly keys: readonly PublicKey[]
  /** Milliseconds since 1970: digests that end before are not looked at, nor missed. */
  readonly from?: number | undefined
}

const FILES_AT_ONCE = 8

/**
 * Holds the files of a trail, ours or CloudTrail's own, against its signed digests.
 * @throws HeadrigError `not-found` when there is no digest
 * @example await verifyTrail('s3://trails', { keys: parsePublicKeys(text, 'keys.json') }, { region })
 */
export async function verifyTrail(
  uri: string,
  { keys, from: earliest = 0 }: TrailOptions,
  options: StoreOptions = {},
): Promise<TrailSummary> {
  const store = openStore(uri, options)
  const { chains, logs } = await filesOf(store, earliest)
  if (chains.size === 0)
    throw new HeadrigError(
      'not-found',
      `no CloudTrail digest in ${uri}${earliest > 0 ? ' of that time' : ''}: give the folder or bucket that holds AWSLogs/, of a trail with log file validation`,
    )
  const listed = new Set<string>()
  const checks: ChainCheck[] = []
  for (const chain of chains.values())
    checks.push(await checkChain(store, chain, { keys, from: earliest }, listed))
  const findings = checks.flatMap((check) => check.findings)
  const from = Math.min(...checks.map((check) => check.from))
  const until = Math.max(...checks.map((check) => check.until))
  let unlisted = 0
  for (const log of logs) {
    if (listed.has(log.path) || log.time < from) continue
    if (log.time > until - HOUR_MS) unlisted++
    else findings.push({ file: log.key, reason: 'is in no digest: it was added' })
  }
  return {
    digests: checks.reduce((sum, check) => sum + check.digests, 0),
    logs: listed.size,
    unlisted,
    ...(until > 0 && { from: isoSeconds(new Date(from)), until: isoSeconds(new Date(until)) }),
    begins: checks.flatMap((check) => check.begins),
    findings,
  }
}

interface ChainCheck {
  readonly digests: number
  readonly from: number
  readonly until: number
  readonly begins: readonly string[]
  readonly findings: TrailFinding[]
}

async function filesOf(
  store: ByteStore,
  earliest: number,
): Promise<{ chains: Map<string, DigestFile[]>; logs: TrailFile[] }> {
  const chains = new Map<string, DigestFile[]>()
  const logs: TrailFile[] = []
  for await (const { key } of store.list('')) {
    const digest = digestFile(key)
    const log = logFile(key)
    if (digest && digest.time >= earliest)
      chains.set(digest.chain, [...(chains.get(digest.chain) ?? []), digest])
    if (log) logs.push(log)
  }
  return { chains, logs }
}

/** From the last digest to the first: each says what the one before it must be. */
async function checkChain(
  store: ByteStore,
  files: readonly DigestFile[],
  { keys, from: earliest = 0 }: TrailOptions,
  listed: Set<string>,
): Promise<ChainCheck> {
  const findings: TrailFinding[] = []
  const begins: string[] = []
  const waiting = new Map(files.map((file) => [file.path, file]))
  const latest = files.toSorted((a, b) => b.time - a.time)
  let next: DigestFile | undefined = latest[0]
  let successor: Successor | undefined
  let [from, until] = [Infinity, 0]
  while (next) {
    const file: DigestFile = next
    waiting.delete(file.path)
    const read: ReadDigest | string = await readDigest(store, file, keys, successor)
    if (typeof read === 'string') {
      findings.push({ file: file.key, reason: read })
      // What it says cannot be believed: the one before it stands for itself.
      successor = undefined
      next = latest.find((one) => waiting.has(one.path) && one.time <= file.time)
      continue
    }
    const { digest } = read
    from = Math.min(from, Date.parse(digest.digestStartTime))
    until = Math.max(until, Date.parse(digest.digestEndTime))
    findings.push(...(await checkLogs(store, file, read, listed)))
    const previous: string | null = digest.previousDigestS3Object
    if (previous === null) {
      begins.push(digest.digestStartTime)
      successor = undefined
      next = latest.find((one) => waiting.has(one.path) && one.time <= file.time)
      continue
    }
    const before: DigestFile | undefined = waiting.get(pathOf(previous))
    const old = (digestFile(previous)?.time ?? Infinity) < earliest
    if (!before && !old)
      findings.push({ file: previous, reason: `is missing: ${file.key} names it` })
    successor = before && {
      sha256: digest.previousDigestHashValue,
      signature: digest.previousDigestSignature,
    }
    next = before ?? latest.find((one) => waiting.has(one.path) && one.time < file.time)
  }
  for (const { key } of waiting.values())
    findings.push({ file: key, reason: 'is out of the chain: no digest names it' })
  return { digests: files.length, from, until, begins, findings }
}

async function checkLogs(
  store: ByteStore,
  file: DigestFile,
  { digest }: ReadDigest,
  listed: Set<string>,
): Promise<TrailFinding[]> {
  // Before `AWSLogs/` there may be more or less of a path here than where the file was made.
  const before = file.key.slice(0, file.key.length - file.path.length)
  const reasons = await mapLimit(digest.logFiles, FILES_AT_ONCE, async (log) => {
    const path = pathOf(log.s3Object)
    listed.add(path)
    const reason = await checkLog(store, before + path, log)
    return reason === undefined ? [] : [{ file: before + path, reason }]
  })
  return reasons.flat()
}
