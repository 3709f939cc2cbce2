import { open, rename, rm, stat } from 'node:fs/promises'
import { sleep } from '../../core/concurrency.js'
import { HeadrigError, isKind, reasonOf } from '../../core/errors.js'
import { isPinned } from './checked-file.js'
import type { PinnedFile } from './release.js'
import { originOf, withoutPassword, type Source } from './source.js'

export interface DownloadOptions {
  readonly source: Source
  /** Where it is, by the source. */
  readonly url: URL
  readonly pinned: PinnedFile
  /** Appears once it is complete and checked; what came so far is in `<path>.part`. */
  readonly path: string
  readonly onBytes: (bytes: number) => void
  readonly signal: AbortSignal
  /** How long to wait between attempts at first, in milliseconds. Default 1 s. */
  readonly patienceMs?: number
}

const ATTEMPTS = 5
const SILENCE_MS = 60_000

/**
 * Downloads a file, or the rest of it, and checks it against its pinned sum. A file that is there already and
 * right is not asked for.
 * @throws `not-found` when the server has none; `unavailable` when it cannot be had, or is not the one that is meant
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { url, pinned, path, onBytes, signal, patienceMs = 1000 } = options
  if (await isPinned(path, pinned, signal)) return onBytes(pinned.bytes)
  const part = `${path}.part`
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(options, part)
      break
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (isKind(error, 'not-found') || isKind(error, 'forbidden')) throw error
      if (attempt === ATTEMPTS)
        throw new HeadrigError(
          'unavailable',
          `cannot download ${withoutPassword(url)}: ${reasonOf(error)}; run it again to go on, or give the files by --from`,
          { cause: error },
        )
      await sleep(patienceMs * 2 ** (attempt - 1), signal)
    }
  }
  if (!(await isPinned(part, pinned, signal))) {
    await rm(part, { force: true })
    throw new HeadrigError(
      'unavailable',
      `${withoutPassword(url)} is not the file that this version was tried with: its SHA-256 is not ${pinned.sha256}`,
    )
  }
  await rename(part, path)
}

async function fetchRest(
  { source, url, pinned, onBytes, signal }: DownloadOptions,
  part: string,
): Promise<void> {
  const { size } = await stat(part).catch(() => ({ size: 0 }))
  const start = size < pinned.bytes ? size : 0
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), SILENCE_MS)
  const file = await open(part, start > 0 ? 'r+' : 'w')
  try {
    const answer = await fetch(url, {
      headers: {
        ...(start > 0 && { range: `bytes=${start}-` }),
        ...(source.authorization !== undefined &&
          originOf(source.base) === url.origin && { authorization: source.authorization }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (!answer.ok || !answer.body) throw refused(answer.status, url)
    let at = answer.status === 206 ? start : 0
    onBytes(at)
    for await (const chunk of answer.body) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), SILENCE_MS)
      if (at + chunk.length > pinned.bytes) throw new Error(`more than ${pinned.bytes} bytes came`)
      await file.write(chunk, 0, chunk.length, at)
      at += chunk.length
      onBytes(at)
    }
    await file.truncate(at)
    if (at < pinned.bytes) throw new Error(`${at} of ${pinned.bytes} bytes came`)
    await file.sync()
  } finally {
    clearTimeout(timer)
    await file.close()
  }
}

function refused(status: number, url: URL): HeadrigError {
  const kind =
    status === 404 ? 'not-found' : status === 401 || status === 403 ? 'forbidden' : 'unavailable'
  return new HeadrigError(kind, `${withoutPassword(url)} answers ${status}`)
}
