import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { Fingerprints, fingerprintBytes } from './fingerprints.js'
import type { FromWorker, ToWorker } from './messages.js'
import type { BatchCopies, FrontLimits, FrontPort, FrontThreads } from './port.js'
import type { ScannerLimits } from './scanner.js'

/** The threads of the portable front: workers with a WebAssembly memory each. */
export function workerThreads(limits: FrontLimits): FrontThreads<SharedArrayBuffer> {
  let held: SharedArrayBuffer | undefined
  /** Cleared; what the last batch had, if that is neither too small nor far too large. */
  const memoryFor = (bytes: number): SharedArrayBuffer => {
    if (!held || held.byteLength < bytes || held.byteLength > bytes * 4)
      return (held = new SharedArrayBuffer(bytes))
    new Uint8Array(held).fill(0)
    return held
  }
  return {
    start: (number) => workerPort(`w${number}`, limits),
    copies(storedBytes): BatchCopies<SharedArrayBuffer> {
      const memory = memoryFor(fingerprintBytes(storedBytes, limits.copiesBytes))
      const fingerprints = new Fingerprints(memory)
      return {
        memory,
        get complete() {
          return fingerprints.complete
        },
      }
    },
    release() {
      held = undefined
    },
  }
}

function workerPort(name: string, limits: ScannerLimits): FrontPort<SharedArrayBuffer> {
  const worker = new Worker(workerUrl(), {
    workerData: { name, limits },
    resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16 },
  })
  return {
    post: (message) => worker.postMessage(message, transferOf(message)),
    listen(onMessage, onError) {
      worker.on('message', (message: FromWorker) => onMessage(message))
      worker.on('error', onError)
    },
    ref: () => worker.ref(),
    unref: () => worker.unref(),
    async end() {
      await worker.terminate()
    },
  }
}

/** Buffers that nobody else has a view of move to the worker instead of being copied. */
function transferOf(message: ToWorker): ArrayBuffer[] {
  if (message.kind !== 'read') return []
  return message.tasks.flatMap(({ bytes }) =>
    bytes?.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
      ? [bytes.buffer as ArrayBuffer]
      : [],
  )
}

/** Beside this file in a build; sources that run as they are use the build's. */
function workerUrl(): URL {
  const built = new URL('./worker.js', import.meta.url)
  return existsSync(built) ? built : new URL('../../dist/front/worker.js', import.meta.url)
}
