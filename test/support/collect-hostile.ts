import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { constants, deflateRawSync, gzipSync } from 'node:zlib'
import { trailRecord } from './collect-logs.js'

const MIB = 1 << 20

/** Writes pieces as they come, without holding them. */
async function write(path: string, pieces: Iterable<Uint8Array | string>): Promise<void> {
  const file = createWriteStream(path)
  for (const piece of pieces) if (!file.write(piece)) await once(file, 'drain')
  file.end()
  await once(file, 'close')
}

function* times(count: number, piece: Uint8Array | string): Generator<Uint8Array | string> {
  for (let i = 0; i < count; i++) yield piece
}

/**
 * A gzip stream of one member that grows to a head and then as many MiB of one character: 3 GiB of it are
 * 3 MB. Its checksum is wrong, which only who reads it all could tell.
 */
export async function writeBomb(
  path: string,
  head: string,
  fill: string,
  mib: number,
): Promise<void> {
  const block = (text: string): Uint8Array =>
    deflateRawSync(text, { finishFlush: constants.Z_FULL_FLUSH })
  const header = gzipSync('').subarray(0, 10)
  const end = Buffer.alloc(10)
  end.writeUInt8(3, 0)
  end.writeUInt32LE((head.length + mib * MIB) % 2 ** 32, 6)
  await write(path, [header, block(head), ...times(mib, block(fill.repeat(MIB))), end])
}

/** A plain file of one line, `{"Records":[…]}`, of this many records of about 1 KB. */
export async function writeOneLine(path: string, records: number): Promise<void> {
  const line = function* (): Generator<string> {
    yield '{"Records":['
    for (let i = 0; i < records; i++) {
      const text = JSON.stringify(trailRecord(i, { errorMessage: 'x'.repeat(100) }))
      yield i === 0 ? text : `,${text}`
    }
    yield ']}'
  }
  await write(path, line())
}

/** A record of this many MiB between two that are fit to read, in one document or each on its line. */
export async function writeHugeRecord(
  path: string,
  from: number,
  mib: number,
  how: 'document' | 'lines',
): Promise<void> {
  const record = (n: number): string => JSON.stringify(trailRecord(n, { errorMessage: '<here>' }))
  const [open = '', close = ''] = record(from + 1).split('<here>')
  const [before, between, after] = how === 'lines' ? ['', '\n', '\n'] : ['{"Records":[', ',', ']}']
  const pieces = function* (): Generator<string | Uint8Array> {
    yield `${before}${record(from)}${between}${open}`
    yield* times(mib, 'y'.repeat(MIB))
    yield `${close}${between}${record(from + 2)}${after}`
  }
  await write(path, pieces())
}

/** A line of this many MiB between two flow records. */
export async function writeHugeLine(
  path: string,
  lines: readonly [string, string],
  mib: number,
): Promise<void> {
  const pieces = function* (): Generator<string | Uint8Array> {
    yield `${lines[0]}\n2 111122223333 `
    yield* times(mib, 'z'.repeat(MIB))
    yield ` OK\n${lines[1]}\n`
  }
  await write(path, pieces())
}

/** A record with so many keys that no column holds, or one nested so deep, between two that are fit to read. */
export async function writeOddRecord(
  path: string,
  from: number,
  how: 'wide' | 'deep',
  count: number,
): Promise<void> {
  const record = (n: number, more = {}): string => JSON.stringify(trailRecord(n, more))
  const [open = '', close = ''] = record(from + 1, { odd: 0 }).split('"odd":0')
  const pieces = function* (): Generator<string> {
    yield `{"Records":[${record(from)},${open}`
    if (how === 'wide')
      for (let i = 0; i < count; i++) yield `"k${i}":${i}${i + 1 < count ? ',' : ''}`
    else yield `"odd":${'[{"a":'.repeat(count / 2)}1${'}]'.repeat(count / 2)}`
    yield `${close},${record(from + 2)}]}`
  }
  await write(path, pieces())
}
