import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { version } from '../core/version.js'
import { FORMATS } from '../formats/index.js'
import { Fingerprints } from './fingerprints.js'
import type { BatchStart, FromWorker, ToWorker, WorkerStart } from './messages.js'
import { loadZstd } from './zstd.js'
import { ObjectReader, type ReadOutcome } from './reader.js'

// One reading thread of the pool: objects in, data files and outcomes out.

const { name, limits } = workerData as WorkerStart
const port = parentPort
if (!port) throw new Error('this file runs in a worker thread')

let reader: ObjectReader | undefined
let rejects: string | undefined
let batches = 0
let files = 0

const send = (message: FromWorker): void => port.postMessage(message)

function begin(start: BatchStart): void {
  const prefix = `${name}-${batches++}`
  rejects = undefined
  const { batch } = start
  const format = FORMATS.find((f) => f.id === start.format)
  reader = new ObjectReader({
    formats: FORMATS,
    ...(format ? { format } : {}),
    ...(start.fields ? { fields: start.fields } : {}),
    folder: start.folder,
    ingestedAt: start.ingestedAt,
    ...(batch ? { batch: { fingerprints: new Fingerprints(batch.memory), key: batch.key } } : {}),
    createdBy: `headrig version ${version()}`,
    limits,
    onSifted: ({ id }, { repeats, ids }) => {
      if (repeats.size > 0 || ids.length > 0)
        send({ kind: 'sifted', found: { formatId: id, repeats, ids } })
    },
    onWritten: (file) => send({ kind: 'written', file }),
    onRejects: (task, of, list) => {
      rejects ??= join(start.folder, `${prefix}-${files++}.rejects`)
      const lines = list.map((r) =>
        JSON.stringify({
          format: of?.id ?? null,
          source_object: task.uri,
          source_row: r.row,
          reason: r.reason,
          raw: r.raw,
        }),
      )
      appendFileSync(rejects, `${lines.join('\n')}\n`, { mode: 0o600 })
    },
  })
}

async function handle(message: ToWorker): Promise<void> {
  if (message.kind === 'begin') begin(message)
  else if (message.kind === 'read') {
    if (message.apart) reader?.flush()
    const outcomes: ReadOutcome[] = []
    for (const task of message.tasks) if (reader) outcomes.push(await reader.read(task))
    send({ kind: 'outcomes', outcomes })
  } else {
    reader?.flush()
    send({ kind: 'flushed', rejects })
    rejects = undefined
  }
}

// One message after another: a reader never does two things at once.
let last = loadZstd()
port.on('message', (message: ToWorker) => {
  last = last
    .then(() => handle(message))
    .catch((error: unknown) => {
      const e = error instanceof Error ? error : new Error(String(error))
      send({ kind: 'broken', message: e.message, stack: e.stack })
    })
})
