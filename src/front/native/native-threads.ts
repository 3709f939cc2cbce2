import { version } from '../../core/version.js'
import { FORMATS } from '../../formats/index.js'
import type { FromWorker, SiftedRows, ToWorker } from '../messages.js'
import type { BatchCopies, FrontLimits, FrontPort, FrontThreads } from '../port.js'
import type { ReadOutcome } from '../reader.js'
import { REASONS } from '../reasons.js'
import type { ScannerLimits } from '../scanner.js'
import type { NativeAddon, NativeCopies, NativeThread } from './addon.js'
import { nativePlan } from './plan-json.js'
import { endFile, type WrittenChunks } from './written-file.js'

/** Keeps the process alive; fires hardly ever. */
const STAY_MS = 1 << 30

/** The threads of the native front. */
export function nativeThreads(addon: NativeAddon, limits: FrontLimits): FrontThreads<NativeCopies> {
  let held: NativeCopies | undefined
  return {
    start: (number) => nativePort(addon, setupOf(`n${number}`, limits)),
    copies(storedBytes): BatchCopies<NativeCopies> {
      const memory = (held ??= new addon.Copies(limits.copiesBytes))
      memory.begin(storedBytes)
      return {
        memory,
        get complete() {
          return memory.complete
        },
      }
    },
    release() {
      held?.begin(0)
      held = undefined
    },
  }
}

/** What a native thread is started with: every log type that it can read. */
export function setupOf(name: string, { arenaBytes, slotBytes }: ScannerLimits): string {
  const formats = FORMATS.flatMap((f) => nativePlan(f).plan ?? [])
  return JSON.stringify({ name, formats, reasons: REASONS, arenaBytes, slotBytes })
}

function nativePort(addon: NativeAddon, setup: string): FrontPort<NativeCopies> {
  let onMessage: (message: FromWorker) => void = () => {}
  let onError: (error: Error) => void = () => {}
  let stay: NodeJS.Timeout | undefined
  const createdBy = `headrig version ${version()}`
  const thread = new addon.FrontThread(setup, (told) => {
    try {
      onMessage(messageOf(JSON.parse(told) as Told, createdBy))
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)))
    }
  })
  return {
    post(message) {
      post(thread, message)
    },
    listen(message, error) {
      onMessage = message
      onError = error
    },
    ref() {
      stay ??= setInterval(() => {}, STAY_MS)
    },
    unref() {
      clearInterval(stay)
      stay = undefined
    },
    async end() {
      // Of a thread that ends nothing more is wanted.
      onMessage = onError = () => {}
      await thread.close()
      clearInterval(stay)
    },
  }
}

function post(thread: NativeThread, message: ToWorker<NativeCopies>): void {
  switch (message.kind) {
    case 'begin': {
      const { folder, format, fields, ingestedAt, batch } = message
      const key = batch && Buffer.from(batch.key).toString('hex')
      const start = { folder, format, fields, ingestedAt: ingestedAt.getTime(), key }
      thread.begin(JSON.stringify(start), batch?.memory)
      break
    }
    case 'read': {
      const tasks = message.tasks.map((task) => ({ ...task, bytes: undefined }))
      const bytes = message.tasks.flatMap((t) => (t.path === undefined && t.bytes) || [])
      thread.read(JSON.stringify({ tasks, apart: message.apart }), bytes)
      break
    }
    case 'flush':
      thread.flush()
  }
}

/** `Told` of `native/src/pool/messages.rs`. */
type Told =
  | { readonly kind: 'outcomes'; readonly outcomes: readonly ReadOutcome[] }
  | {
      readonly kind: 'sifted'
      readonly found: Omit<SiftedRows, 'repeats'> & {
        readonly repeats: Readonly<Record<string, number>>
      }
    }
  | { readonly kind: 'written'; readonly formatId: string; readonly file: WrittenChunks }
  | { readonly kind: 'flushed'; readonly rejects: string | null }
  | { readonly kind: 'broken'; readonly message: string }

function messageOf(told: Told, createdBy: string): FromWorker {
  switch (told.kind) {
    case 'outcomes':
      return told
    case 'sifted': {
      const { repeats, ...found } = told.found
      const counts = Object.entries(repeats).map(
        ([object, count]) => [Number(object), count] as const,
      )
      return { kind: 'sifted', found: { ...found, repeats: new Map(counts) } }
    }
    case 'written': {
      const format = FORMATS.find((f) => f.id === told.formatId)
      if (!format) throw new Error(`a file of the log type ${told.formatId}, which is not known`)
      return { kind: 'written', file: endFile(format, told.file, createdBy) }
    }
    case 'flushed':
      return { kind: 'flushed', rejects: told.rejects ?? undefined }
    case 'broken':
      return { kind: 'broken', message: told.message, stack: undefined }
  }
}
