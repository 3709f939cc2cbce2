import { type RecordBatch, tableFromIPC } from 'apache-arrow'
import type { Value } from '../../values.js'
import { rowsOf } from './arrow-values.js'
import type { ArrowBatch, DataType, ExecutePlanResponse, Relation } from './messages.js'
import { typeText } from './type-text.js'

export interface SparkColumn {
  readonly name: string
  /** As Spark's SQL writes it, such as `array<bigint>`. */
  readonly type: string
  readonly nullable: boolean
}

/**
 * The answer to a statement, read once: as Arrow batches or as rows. While nobody reads, little is
 * held here and the server waits. Leaving a loop early, or `close`, ends the operation on the server;
 * one that is neither read nor closed stays until the server gives up on it, minutes later.
 */
export interface SparkResult {
  readonly operationId: string
  readonly columns: readonly SparkColumn[]
  readonly batches: AsyncIterable<RecordBatch>
  /** The rows of a batch at a time, values as `engines/values.ts` has them. */
  rows(): AsyncIterable<Value[][]>
  close(): Promise<void>
}

/** Waits for the first answer: what is wrong with the statement is thrown here. */
export async function openResult(
  operationId: string,
  responses: AsyncGenerator<ExecutePlanResponse>,
): Promise<SparkResult> {
  const early: ExecutePlanResponse[] = []
  let schema: DataType | undefined
  while (schema === undefined) {
    const { value, done } = await responses.next()
    if (done) break
    schema = value.schema
    early.push(value)
  }
  const fields = schema?.struct?.fields ?? []
  const types = fields.map((f) => f.dataType ?? {})
  const batches = batchesOf(early, responses)
  return {
    operationId,
    columns: columnsOf(schema),
    batches,
    async *rows() {
      for await (const batch of batches) yield [...rowsOf(batch, types)]
    },
    async close() {
      await batches.return(undefined)
      await responses.return(undefined)
    },
  }
}

/** The columns of a struct. */
export function columnsOf(schema: DataType | undefined): SparkColumn[] {
  return (schema?.struct?.fields ?? []).map(({ name, dataType, nullable }) => ({
    name: name ?? '',
    type: typeText(dataType),
    nullable: nullable ?? false,
  }))
}

/** Runs to the end; what a command left to be read. */
export async function commandResult(
  responses: AsyncGenerator<ExecutePlanResponse>,
): Promise<Relation | undefined> {
  let relation: Relation | undefined
  for await (const { sqlCommandResult } of responses)
    relation = sqlCommandResult?.relation ?? relation
  return relation
}

async function* batchesOf(
  early: ExecutePlanResponse[],
  responses: AsyncGenerator<ExecutePlanResponse>,
): AsyncGenerator<RecordBatch, void, undefined> {
  const chunks: Uint8Array[] = []
  for await (const { arrowBatch } of joined(early, responses)) {
    if (!arrowBatch) continue
    const data = whole(arrowBatch, chunks)
    if (data === undefined) continue
    for (const batch of tableFromIPC(data).batches) if (batch.numRows > 0) yield batch
  }
}

async function* joined<T>(early: T[], rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield* early.splice(0)
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

/** The bytes of a batch once all its chunks are there; in memory of their own, aligned for Arrow. */
function whole(
  { data = new Uint8Array(), numChunksInBatch = 1 }: ArrowBatch,
  chunks: Uint8Array[],
): Uint8Array | undefined {
  chunks.push(data)
  if (chunks.length < numChunksInBatch) return undefined
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks.splice(0)) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
