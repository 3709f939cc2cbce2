// Random lines of VPC Flow Logs, and a second, plain reading of them: the oracle of the tests of fields.
import fc from 'fast-check'
import { vpcFlow, VPC_FLOW_V2 } from '../../../src/formats/aws/vpc-flow.js'
import { isWhole } from './json-model.js'
import type { Scanned } from './scan.js'
import { epochMicros, isoMicros } from './times.js'
import { hashId } from './xxh64.js'

const COLUMNS = Object.values(vpcFlow.columns) as readonly { from: string; type: string }[]
const KINDS = new Map(COLUMNS.map((c) => [c.from, c.type]))
for (const name of ['account-id', 'region']) KINDS.set(name, 'string')

/** What the lines must give; `order` until a header says otherwise. */
export function readLines(text: string, order: readonly string[] = VPC_FLOW_V2): Scanned {
  const rows: Scanned['rows'][number][] = []
  const rejects: Scanned['rejects'][number][] = []
  let tokens = order
  let record = 0
  for (const line of text.split('\n')) {
    const stripped = line.replace(/[ \r]+$/, '')
    if (stripped === '') continue
    const names = stripped.trim().split(/\s+/)
    if (names.filter((n) => KINDS.has(n)).length >= Math.max(2, names.length * 0.6)) {
      tokens = names
      continue
    }
    record++
    const read = readLine(stripped, tokens)
    if (typeof read === 'string') rejects.push({ row: record, reason: read, raw: stripped })
    else rows.push({ ...read, record })
  }
  return { rows, rejects, objectRows: rows.length, objectRejects: rejects.length }
}

function readLine(
  line: string,
  tokens: readonly string[],
): string | { slots: Record<string, string>; time: bigint; id: string } {
  const parts = line.split(' ')
  const first = parts[0] as string
  const stamped =
    parts.length === tokens.length + 1 && first[10] === 'T' && isoMicros(first) !== undefined
  const values = stamped ? parts.slice(1) : parts
  if (values.length !== tokens.length) return 'another number of fields than expected'
  const slots: Record<string, string> = {}
  const unmapped: string[] = []
  let start: string | undefined
  for (const [i, token] of tokens.entries()) {
    const value = values[i] as string
    if (value === '' || value === '-') continue
    const kind = KINDS.get(token)
    if (kind === undefined || tokens.indexOf(token) !== i) {
      unmapped.push(`${quoted(token)}:${quoted(value)}`)
      continue
    }
    const whole = kind === 'int' ? isWhole(value, 31n, 10) : isWhole(value, 63n, 19)
    if ((kind === 'int' || kind === 'long') && !whole) return 'text in a field that holds a number'
    slots[token] = kind === 'int' || kind === 'long' ? String(BigInt(value)) : value
    if (token === 'start') start = value
  }
  if (start === undefined) return 'no time field'
  const time = epochMicros(start)
  if (time === undefined) return 'the time field is not a time'
  if (unmapped.length > 0) slots['@unmapped'] = `{${unmapped.join(',')}}`
  return { slots, time, id: hashId(values.join(' ')) }
}

function quoted(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    // oxlint-disable-next-line no-control-regex -- these are what is escaped
    .replace(/[\u0000-\u001f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `"${escaped}"`
}

const seconds = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 4_102_444_800 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '0',
      '-1',
      '-62135596800',
      '-62135596801',
      '253402300799',
      '253402300800',
      '9223372036854775807',
      '1705305600.5',
      '1e9',
      '01705305600',
    ),
  },
)
const whole = fc.oneof(
  fc.nat().map(String),
  fc.constantFrom(
    '2147483647',
    '2147483648',
    '-2147483648',
    '-2147483649',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775808',
    '-9223372036854775809',
    '00',
    '-0',
  ),
)
const word = fc.oneof(
  fc.constantFrom(
    'OK',
    'ACCEPT',
    'eni-0a1b2c3d',
    '192.0.2.7',
    '2001:db8::7',
    '111122223333',
    'é',
    '漢字😀',
  ),
  fc.string({ minLength: 1, maxLength: 12 }).map((s) => s.replace(/[ \n\r]/g, '_')),
  fc.constantFrom('"', '\\', 'a"b\\c', '\u0001\u001f', '\t', '--', '\u0000'),
)

function valueOf(token: string): fc.Arbitrary<string> {
  const kind = KINDS.get(token)
  const right = token === 'start' ? seconds : kind === 'int' || kind === 'long' ? whole : word
  const absent = token === 'start' ? 1 : 4
  return fc.oneof(
    { weight: 40, arbitrary: right },
    { weight: absent, arbitrary: fc.constant('-') },
    { weight: 1, arbitrary: fc.constant('') },
    { weight: token === 'start' || kind === 'string' ? 1 : 0, arbitrary: word },
  )
}

const line = (order: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.tuple(...order.map(valueOf)).map((values) => values.join(' ')),
      fc.oneof(
        { weight: 12, arbitrary: fc.constant('') },
        { weight: 2, arbitrary: fc.constant('2024-01-15T08:00:00.000Z ') },
        { weight: 1, arbitrary: fc.constantFrom('2024-13-15T08:00:00Z ', 'x ', ' ') },
      ),
      fc.oneof(
        { weight: 12, arbitrary: fc.constant('') },
        { weight: 1, arbitrary: fc.constantFrom(' ', '   ', '\r', ' \r', ' x', '\n', '\n\n') },
      ),
    )
    .map(([fields, before, behind]) => `${before}${fields}${behind}`)

/** Orders of fields that a header may give: known ones in any order, a few unknown, some twice. */
const orders = fc
  .tuple(
    fc.shuffledSubarray(
      [...KINDS.keys()].filter((k) => k !== 'start'),
      { minLength: 3, maxLength: 12 },
    ),
    fc.subarray(['new-field', 'x_y', 'srcaddr', 'version'], { maxLength: 2 }),
    fc.boolean(),
  )
  .map(([known, extra, timed]) =>
    timed ? ['start', ...known, ...extra] : [...known, 'start', ...extra],
  )

const section = (headed: boolean): fc.Arbitrary<string> =>
  (headed ? orders : fc.constant<readonly string[]>(VPC_FLOW_V2)).chain((order) =>
    fc
      .array(line(order), { maxLength: 8 })
      .map((lines) => [...(headed ? [order.join(' ')] : []), ...lines].join('\n')),
  )

/** Files of one or more headers, or of none, with LF or CRLF. */
export const files: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      section(true),
      section(false),
      fc.array(section(true), { minLength: 2, maxLength: 3 }).map((s) => s.join('\n')),
    ),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([text, crlf, ended]) => {
    const whole = ended ? `${text}\n` : text
    return crlf ? whole.replace(/\n/g, '\r\n') : whole
  })
