// Objects as stores have them: texts in every compression and encoding, some cut off, some with hurt bytes.
import { spawnSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { LogFormat } from '../../../src/formats/format.js'
import { compress } from '../../../src/front/zstd.js'
import { cut, documents } from './documents.js'
import { files } from './flow-lines.js'

export interface StoredObject {
  readonly key: string
  readonly bytes: Uint8Array
}

/** None that says by itself what it is: of two ways to take an object, that of its neighbour before it wins. */
const KEYS = [
  'AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/15/111122223333_CloudTrail_us-east-1_20240115T0805Z_AbCdEfGh12345678.json.gz',
  'AWSLogs/o-abc/444455556666/CloudTrail-Insight/eu-central-1/2024/01/15/444455556666_CloudTrail-Insight_eu-central-1_20240115T0905Z_Zz.json.gz',
  'AWSLogs/111122223333/vpcflowlogs/us-east-1/2024/01/15/111122223333_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20240115T0805Z_1a2b3c4d.log.gz',
  'logs/é 漢/hello.ndjson',
  'x',
]

/** Logs of a log type, in any way that fits it. */
export function logTexts(format: LogFormat): fc.Arbitrary<string> {
  const one =
    format.framing.kind === 'fields'
      ? files
      : fc.oneof(
          { weight: 12, arbitrary: documents(format).map((d) => d.text) },
          { weight: 1, arbitrary: longRecords(format) },
          {
            weight: 1,
            arbitrary: fc.array(documents(format), { maxLength: 3 }).map((list) => {
              // One document behind the other, as concatenated files are.
              return list.map((d) => d.text).join('')
            }),
          },
        )
  return fc.oneof(
    { weight: 15, arbitrary: one },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 200 }) },
    { weight: 1, arbitrary: fc.constantFrom('', ' ', '\n', '\0', '\r\n\r\n', '{}', '[]', 'PAR1') },
  )
}

/** Records in which a text is longer than any step of a scanner, or than its room. */
function longRecords(format: LogFormat): fc.Arbitrary<string> {
  const unit = fc.constantFrom(
    'x',
    '\\\\',
    '\\"',
    '\\u00e9',
    'é',
    '漢',
    '😀',
    '\\ud83d\\ude00',
    ' ',
  )
  const names = fc.constantFrom('extra', ...Object.values(format.columns).map((c) => c.from))
  const record = fc
    .tuple(names, unit, fc.integer({ min: 0, max: 70 }), fc.integer({ min: 1, max: 40_000 }))
    .map(([name, text, before, times]) => {
      const time = `${JSON.stringify(format.common.time.from)}:"2024-01-15T08:00:00Z"`
      return `{${' '.repeat(before)}"${name}":"${text.repeat(times)}",${time}}`
    })
  return fc.array(record, { minLength: 1, maxLength: 3 }).map((list) => list.join('\n'))
}

const swapped = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()

/** A text's bytes: mostly UTF-8. */
function encoded(text: string): fc.Arbitrary<Buffer> {
  return fc.oneof(
    { weight: 10, arbitrary: fc.constant(Buffer.from(text)) },
    { weight: 1, arbitrary: fc.constant(Buffer.from(`\uFEFF${text}`)) },
    { weight: 1, arbitrary: fc.constant(Buffer.from(`\uFEFF${text}`, 'utf16le')) },
    { weight: 1, arbitrary: fc.constant(swapped(text)) },
    { weight: 1, arbitrary: fc.constant(Buffer.from(text, 'latin1')) },
    { weight: 2, arbitrary: hurt(Buffer.from(text)) },
  )
}

const byte = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(...Buffer.from('{}[]",:\\\n\r 0-tfnu\0\x1f'), 0xc3, 0xed, 0xf0, 0xff),
)

/** With some of its bytes overwritten. */
function hurt(bytes: Uint8Array): fc.Arbitrary<Buffer> {
  return fc.array(fc.tuple(fc.nat(), byte), { minLength: 1, maxLength: 3 }).map((faults) => {
    const copy = Buffer.from(bytes)
    for (const [at, value] of faults) if (copy.length > 0) copy[at % copy.length] = value
    return copy
  })
}

/** Between frames, and no log: RFC 8878. */
const SKIPPABLE = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])

function packed(bytes: Uint8Array): fc.Arbitrary<Buffer> {
  const places = fc.array(fc.nat(), { maxLength: 3 })
  const tail = fc.oneof(
    { weight: 12, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('\0\0\0\0', '\0'.repeat(600), 'no gzip', '\n', '\x1f\x8b'),
    },
  )
  const gzip = fc
    .tuple(places, fc.constantFrom(0, 1, 6, 9), tail)
    .map(([at, level, end]) =>
      Buffer.concat([
        ...cut(bytes, at).map((b) => gzipSync(b, { level })),
        Buffer.from(end, 'latin1'),
      ]),
    )
  const zstd = fc
    .tuple(places, fc.boolean())
    .map(([at, skip]) =>
      Buffer.concat(cut(bytes, at).flatMap((b) => [compress(b), ...(skip ? [SKIPPABLE] : [])])),
    )
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(Buffer.from(bytes)) },
    { weight: 4, arbitrary: gzip },
    { weight: 2, arbitrary: zstd },
  )
}

/** The portable front reads these in pieces, however small they are. */
export const isZstd = (bytes: Uint8Array): boolean => bytes[0] === 0x28 && bytes[1] === 0xb5

/** Of what is stored, one in ten is damaged. A hurt zstd frame without a checksum says to each decoder what it likes. */
function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    { weight: 20, arbitrary: fc.constant(bytes) },
    { weight: 1, arbitrary: fc.nat().map((n) => bytes.subarray(0, n % (bytes.length + 1))) },
    { weight: isZstd(bytes) ? 0 : 1, arbitrary: hurt(bytes) },
  )
}

/** Objects of logs of these log types. */
export function storedObjects(formats: readonly LogFormat[]): fc.Arbitrary<StoredObject> {
  return fc
    .tuple(fc.constantFrom(...KEYS), fc.oneof(...formats.map(logTexts)))
    .chain(([key, text]) =>
      encoded(text)
        .chain(packed)
        .chain(damaged)
        .map((bytes) => ({ key, bytes })),
    )
}

const BZIP2 = `import base64, bz2, json, sys
print(json.dumps([base64.b64encode(b''.join(bz2.compress(base64.b64decode(p)) for p in parts)).decode() for parts in json.load(sys.stdin)]))`

/** Each list of parts as a file of so many bzip2 streams; undefined when there is nothing here that writes them. */
export function bzip2(lists: readonly (readonly Uint8Array[])[]): Buffer[] | undefined {
  const input = JSON.stringify(lists.map((l) => l.map((p) => Buffer.from(p).toString('base64'))))
  const { status, stdout } = spawnSync('python3', ['-c', BZIP2], { input, maxBuffer: 1 << 28 })
  if (status !== 0) return undefined
  return (JSON.parse(stdout.toString()) as string[]).map((text) => Buffer.from(text, 'base64'))
}
