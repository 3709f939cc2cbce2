import { ZstdFrames } from './zstd-frames.js'

/** Bytes given at a time: each may hold a block of 128 KiB in four. */
const STEP = 2048

/** Inflates zstd, frame after frame; what the blocks before a fault hold is given before it is thrown. */
export async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd')
  let ready: Uint8Array[] = []
  const stream = new Decompress((piece) => void ready.push(piece))
  const frames = new ZstdFrames()
  const take = function* (): Generator<Uint8Array> {
    const pieces = ready
    ready = []
    for (const piece of pieces) if (piece.length > 0) yield piece
  }
  const push = (bytes: Uint8Array, final: boolean): unknown => {
    try {
      stream.push(bytes.subarray(0, frames.follow(bytes)), final)
      return frames.failure
    } catch (error) {
      return error
    }
  }
  for await (const piece of source) {
    for (let at = 0; at < piece.length; at += STEP) {
      const failure = push(piece.subarray(at, at + STEP), false)
      yield* take()
      if (failure !== undefined) throw failure
    }
  }
  const failure = push(new Uint8Array(0), true)
  yield* take()
  if (failure !== undefined) throw failure
}
