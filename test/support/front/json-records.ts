// Random JSON records of a format: its own names with right and wrong values, and names of nobody.
import fc from 'fast-check'
import type { Columns, LogFormat } from '../../../src/formats/format.js'
import { array, type Json, type Member, object, scalar, unquoted } from './json.js'

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 8 }).map((s) => JSON.stringify(s).slice(1, -1)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('\\n', '\\t', '\\r', '\\b', '\\f', '\\/', '\\"', '\\\\'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('é', '漢', '😀', '\u2028', '\u007f', '{', '}', '[', ']', ',', ':'),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 0xffff }), fc.boolean())
      .map(([n, up]) => `\\u${hex(n, up)}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\\ud83d\\ude00',
      '\\uD800',
      '\\udfff',
      '\\ude00\\ud83d',
      '\\u0000',
      '\\u001f',
    ),
  },
)
function hex(n: number, upper: boolean): string {
  const digits = n.toString(16).padStart(4, '0')
  return upper ? digits.toUpperCase() : digits
}
const string = fc
  .oneof(
    { weight: 8, arbitrary: fc.array(piece, { maxLength: 5 }) },
    { weight: 1, arbitrary: fc.array(piece, { minLength: 10, maxLength: 40 }) },
  )
  .map((pieces) => `"${pieces.join('')}"`)
const number = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }).map(String),
  fc.constantFrom(
    '0',
    '-0',
    '2147483647',
    '2147483648',
    '-2147483648',
    '-2147483649',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775808',
    '1e5',
    '1E+5',
    '-1.5e-300',
    '1e999',
    '0.1',
    '5.0',
  ),
)
const word = fc.constantFrom('true', 'false', 'null')
const plain = fc.oneof(string, string, number, word).map(scalar)
const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('"extra"', '"x"', '""', '"new.field"', '"a b"', '"é"') },
  { weight: 1, arbitrary: string },
)

/** Any JSON value, a few levels deep. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    plain,
    fc.array(tie('value'), { maxLength: 4 }).map(array),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map(object),
  ),
})).value

/** A value inside so many arrays and objects. */
const deep = fc.tuple(fc.integer({ min: 12, max: 60 }), plain).map(([depth, inner]) => {
  let value = inner
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? array([value]) : object([['"k"', value]])
  return value
})

const stamp = fc
  .oneof(
    {
      weight: 8,
      arbitrary: fc
        .date({
          min: new Date('0001-01-02T00:00:00Z'),
          max: new Date('9999-12-30T00:00:00Z'),
          noInvalidDate: true,
        })
        .chain((d) =>
          fc.constantFrom(
            d.toISOString(),
            d.toISOString().slice(0, 19),
            d.toISOString().replace('Z', '123+05:30'),
            d.toISOString().replace('T', ' ').replace('Z', '-0800'),
          ),
        )
        .map((s) => JSON.stringify(s)),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '"2024-02-30T00:00:00Z"',
        '"2024-01-15T08:00:60Z"',
        '"yesterday"',
        '""',
        '"2024-01-15"',
        '1705305600',
        '"1705305600"',
        '"2024-01-15T08:00:00\\u005a"',
        'null',
        'true',
      ),
    },
  )
  .map(scalar)

/** Members for the columns given: mostly the right kind, some not, some twice, some of nobody. */
function members(columns: Columns): fc.Arbitrary<Member[]> {
  const known = Object.values(columns).map((column): fc.Arbitrary<Member> => {
    const name = fc.oneof(
      { weight: 9, arbitrary: fc.constant(JSON.stringify(column.from)) },
      { weight: 1, arbitrary: fc.constant(`"${escapedName(column.from)}"`) },
    )
    const right =
      column.type === 'struct'
        ? members(column.fields).map(object)
        : column.type === 'list'
          ? fc
              .array(
                fc.oneof(
                  { weight: 5, arbitrary: element(column.fields) },
                  { weight: 1, arbitrary: anyJson },
                ),
                { maxLength: 3 },
              )
              .map(array)
          : column.type === 'int' || column.type === 'long'
            ? number.map(scalar)
            : column.type === 'boolean'
              ? fc.constantFrom('true', 'false', '"true"', '"false"', '"no"').map(scalar)
              : column.via === 'json'
                ? anyJson
                : string.map(scalar)
    return fc.tuple(
      name,
      fc.oneof(
        { weight: 6, arbitrary: right },
        { weight: 2, arbitrary: anyJson },
        { weight: 1, arbitrary: fc.constant(scalar('null')) },
      ),
    )
  })
  const unknown = fc.tuple(
    key,
    fc.oneof({ weight: 5, arbitrary: anyJson }, { weight: 1, arbitrary: deep }),
  )
  return fc.array(fc.oneof(...known, unknown), { maxLength: 8 })
}

function element(fields: Columns): fc.Arbitrary<Json> {
  return fc
    .array(
      fc.tuple(
        fc.constantFrom(...Object.values(fields).map((f) => JSON.stringify(f.from))),
        fc.oneof({ weight: 5, arbitrary: string.map(scalar) }, { weight: 1, arbitrary: plain }),
      ),
      { maxLength: 4 },
    )
    .map(object)
}

/** The first letter as an escape: the same name, spelled otherwise. */
function escapedName(name: string): string {
  return `\\u${hex(name.charCodeAt(0), false)}${name.slice(1)}`
}

/** A record of the format, of which most have a time that can be read. */
export function recordOf(format: LogFormat): fc.Arbitrary<Json> {
  const { time, event_id: id, ...lists } = format.common
  const special =
    format.framing.kind === 'json'
      ? [...format.framing.containers, ...format.framing.envelopes]
      : []
  const common = [...(id === undefined ? [] : [id]), ...Object.values(lists).flat()].filter(
    (p) => !p.includes('.'),
  )
  const commons = fc.array(
    fc.tuple(
      fc.constantFrom(
        ...common.map((p) => JSON.stringify(p)),
        ...special.map((s) => JSON.stringify(s)),
      ),
      fc.oneof(plain, anyJson),
    ),
    { maxLength: 3 },
  )
  const clock = fc.oneof(
    { weight: 12, arbitrary: stamp.map((t): Member[] => [[JSON.stringify(time.from), t]]) },
    { weight: 1, arbitrary: fc.constant<Member[]>([]) },
  )
  return fc
    .tuple(members(format.columns), commons, clock, fc.nat())
    .map(([own, extra, at, seed]) =>
      object(withoutEarly(shuffled([...own, ...extra, ...at], seed), special, time.from)),
    )
}

function shuffled(list: readonly Member[], seed: number): Member[] {
  return list
    .map((member, i) => ({ member, order: Math.imul(seed + i, 0x9e3779b1) >>> 0 }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ member }) => member)
}

/** Before its time, a record's `Records` or `message` would be taken for what wraps records. */
function withoutEarly(list: readonly Member[], special: readonly string[], time: string): Member[] {
  let timed = false
  return list.filter(([name, value]) => {
    const spelled = unquoted(name)
    if (spelled === time && !(value.kind === 'scalar' && value.raw === 'null')) timed = true
    return timed || !special.includes(spelled)
  })
}

/** Whether nothing in a value of the format can be taken for what wraps records. */
export function isBare({ framing, common }: LogFormat, value: Json): boolean {
  if (value.kind !== 'object' || framing.kind !== 'json') return false
  const special = [...framing.containers, ...framing.envelopes]
  return withoutEarly(value.members, special, common.time.from).length === value.members.length
}
