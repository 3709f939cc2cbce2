// Input that means harm, or that somebody's program got wrong: bounded, accounted for, and only its own loss.
import { describe, expect, it } from 'vitest'
import { cut } from '../../test/support/front/documents.js'
import { memoryOf, scan } from '../../test/support/front/scan.js'
import { cloudtrail } from '../formats/aws/cloudtrail.js'
import { vpcFlow } from '../formats/aws/vpc-flow.js'
import { helloWorld } from '../formats/hello-world.js'

const AT = '"eventTime":"2024-01-15T08:00:00Z"'
const good = (name: string): string => `{${AT},"eventName":"${name}"}`
const wrap = (...records: readonly string[]): string => `{"Records":[${records.join(',')}]}`
const names = (rows: ReturnType<typeof scan>['rows']): unknown[] =>
  rows.map((r) => r.slots['eventName'])
const nested = (depth: number): string => '[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2)
const MILLION = fields(1_000_000)
const LARGE = { arenaBytes: 32 << 20, slotBytes: 1 << 20 }

describe('one bad record among good ones on a line', () => {
  it.each([
    ['nested too deep', `{${AT},"requestParameters":${nested(600)}}`, /nested deeper than 512/],
    ['nested too deep, outside an object', nested(5000), /nested deeper than 512/],
    ['with too many unknown fields', `{${AT},${fields(9000)}}`, /more than 8192 fields/],
    // One less would fit: what overruns is the bracket that closes `userIdentity`.
    ['with as many in a struct', `{${AT},"userIdentity":{${fields(8191)}}}`, /8192 fields/],
    ['without a time', '{"eventName":"x"}', /no time field/],
    ['that is no object', '[[1,2],{}]', /no object/],
    [
      'of envelopes within envelopes',
      '{"detail":'.repeat(100) + good('x') + '}'.repeat(100),
      /no time/,
    ],
  ])('is lost alone: %s', (_what, bad, reason) => {
    const { rows, rejects } = scan(cloudtrail, [wrap(good('a'), bad, good('b'), good('c'))], LARGE)
    expect(names(rows)).toEqual(['a', 'b', 'c'])
    expect(rejects.map((r) => r.row)).toEqual([2])
    expect(rejects[0]?.reason).toMatch(reason)
  })

  it('is lost alone: a message that is not what it looks like', () => {
    const messages = [
      good('a'),
      '{debug} no JSON',
      '{"eventTime":',
      `${good('x')} and more`,
      good('b'),
    ]
    const events = messages.map((m) => JSON.stringify({ id: 'x', message: m }))
    const { rows, rejects } = scan(cloudtrail, [`{"logEvents":[${events.join(',')}]}`])
    expect(names(rows)).toEqual(['a', 'b'])
    expect(rejects.map((r) => [r.row, r.reason])).toEqual(
      [2, 3, 4].map((row) => [row, 'not valid JSON']),
    )
  })

  it('is read, with as many unknown fields as there may be', () => {
    const struct = `{${AT},"userIdentity":{${fields(8190)}}}`
    const { rows } = scan(cloudtrail, [wrap(struct)], LARGE)
    const { userIdentity } = JSON.parse(rows[0]?.slots['@unmapped'] ?? '') as Record<string, object>
    expect(Object.keys(userIdentity ?? {})).toHaveLength(8190)
  })
})

function fields(count: number): string {
  return Array.from({ length: count }, (_, i) => `"k${i}":${i}`).join(',')
}

describe('a broken record in an array of a line each', () => {
  it('costs one reject, whatever the pieces', () => {
    const lines = [good('a'), `{${AT},"x":nope}`, good('b'), good('c')]
    const text = `{"Records":[\n${lines.join(',\n')}\n]}\n`
    for (let at = 0; at <= text.length; at++) {
      const { rows, rejects } = scan(cloudtrail, cut(Buffer.from(text), [at]))
      expect(names(rows)).toEqual(['a', 'b', 'c'])
      expect(rejects.map((r) => r.row)).toEqual([2])
    }
  })

  it('does not hide the next wrapper', () => {
    const text = [wrap(good('a'), '{oops}', good('lost')), wrap(good('b')), wrap(good('c'))].join(
      '\n',
    )
    const { rows, rejects } = scan(cloudtrail, [text])
    expect(names(rows)).toEqual(['a', 'b', 'c'])
    expect(rejects).toHaveLength(1)
  })
})

describe('wrappers', () => {
  it('hold records nine deep, no deeper', () => {
    const deep = (n: number): string => '{"Records":['.repeat(n) + good('x') + ']}'.repeat(n)
    expect(names(scan(cloudtrail, [wrap(deep(7), good('b'))]).rows)).toEqual(['x', 'b'])
    const { rows, rejects } = scan(cloudtrail, [wrap(deep(40), good('b'))])
    expect(names(rows)).toEqual(['b'])
    expect(rejects).toHaveLength(1)
  })

  it('inside an envelope are none', () => {
    const inner = wrap(good('x'))
    for (const text of [`{"detail":${inner}}`, JSON.stringify({ message: inner })]) {
      const { rows, rejects } = scan(cloudtrail, [`${text}\n${good('b')}`])
      expect(names(rows)).toEqual(['b'])
      expect(rejects.map((r) => r.reason)).toEqual(['no time field'])
    }
  })

  it('go on where the table of rows was full', () => {
    const records = Array.from({ length: 1000 }, (_, i) => good(`n${i}`))
    const limits = { arenaBytes: 8192, slotBytes: 1 }
    for (const text of [wrap(...records), `[${records.join(',')}]`, records.join('\n')]) {
      const { rows, rejects } = scan(cloudtrail, [text], limits)
      expect(names(rows)).toEqual(records.map((_, i) => `n${i}`))
      expect(rows.map((r) => r.record)).toEqual(records.map((_, i) => i + 1))
      expect(rejects).toEqual([])
    }
  })
})

describe('JSON text that is kept', () => {
  it('holds no half of a surrogate pair, which other readers refuse', () => {
    const odd = '"\\ud800 \\ud83d\\ude00 \\\\ud800 \\udead\\""'
    const text = `{${AT},"requestParameters":{${odd}:[${odd}]},"new\\udc00":${odd},"resources":[{"ARN":"\\ud800"}]}`
    const [row] = scan(cloudtrail, [text]).rows
    const fixed = '"\\ufffd \\ud83d\\ude00 \\\\ud800 \\ufffd\\""'
    expect(row?.slots).toMatchObject({
      requestParameters: `{${fixed}:[${fixed}]}`,
      '@unmapped': `{"new\\ufffd":${fixed}}`,
      resources: '[{"ARN":"\\ufffd"}]',
    })
  })

  it('of a list is kept as unmapped too when a field comes twice', () => {
    const list = '[{"ARN":"a","ARN":"b"}]'
    const [row] = scan(cloudtrail, [`{${AT},"resources":${list}}`]).rows
    expect(row?.slots['@unmapped']).toBe(`{"resources":${list}}`)
  })
})

describe('size', () => {
  it('of a record with a million keys is no matter', () => {
    const { rows, rejects } = scan(cloudtrail, [wrap(`{${AT},${MILLION}}`, good('b'))], LARGE)
    expect(names(rows)).toEqual(['b'])
    expect(rejects[0]?.reason).toMatch(/more than 8192/)
    expect(Buffer.byteLength(rejects[0]?.raw ?? '')).toBe(65_536)
  })

  it('of a column with a million keys is no matter either', () => {
    const { rows } = scan(cloudtrail, [`{${AT},"requestParameters":{${MILLION}}}`], LARGE)
    expect(rows[0]?.slots['requestParameters']).toHaveLength(MILLION.length + 2)
  })

  it('of a line of 64 MB is bounded, and the next line is read', () => {
    const piece = Buffer.alloc(1 << 20, 'x')
    const limits = { arenaBytes: 4 << 20, slotBytes: 1 << 20 }
    const long = Array.from({ length: 64 }, () => piece)
    const json = [`${good('a')}\n{${AT},"x":"`, ...long, `"}\n${good('b')}\n`]
    const json2 = scan(cloudtrail, json, limits)
    expect(names(json2.rows)).toEqual(['a', 'b'])
    expect(json2.rejects.map((r) => r.reason)).toEqual(['a record longer than 3145728 bytes'])
    const flow = scan(vpcFlow, [...long, '\nsrcaddr start\n192.0.2.1 1\n'], limits)
    expect(flow.rows.map((r) => r.slots['srcaddr'])).toEqual(['192.0.2.1'])
    expect(flow.rejects).toHaveLength(1)
    expect(memoryOf(cloudtrail, limits)).toBeLessThan(32 << 20)
    expect(memoryOf(vpcFlow, limits)).toBeLessThan(32 << 20)
  })

  it.each([
    ['a text', '"', 'x', '"'],
    ['a text that looks like brackets and escapes', '"', '\\\\\\"]}', '"'],
    ['objects within objects', '[', '{"a":[{"b":"}"}]},', '0]'],
  ])('of a record inside an array on one line is bounded: %s', (_what, open, unit, shut) => {
    const piece = Buffer.from(unit.repeat(Math.floor((1 << 20) / unit.length)))
    const limits = { arenaBytes: 4 << 20, slotBytes: 1 << 20 }
    const long = Array.from({ length: 20 }, () => piece)
    const start = `{"Records":[${good('a')}, {${AT},"x":${open}`
    const { rows, rejects } = scan(
      cloudtrail,
      [start, ...long, `${shut}},${good('b')},7,${good('c')}]}`],
      limits,
    )
    expect(names(rows)).toEqual(['a', 'b', 'c'])
    expect(rejects.map((r) => r.reason)).toEqual([
      'a record longer than 3145728 bytes',
      'a JSON value that is no object',
    ])
    expect(rejects.map((r) => r.row)).toEqual([2, 4])
    expect(memoryOf(cloudtrail, limits)).toBeLessThan(32 << 20)
  })

  it('of a broken record inside an array is bounded, and lines tell where to go on', () => {
    const piece = Buffer.alloc(1 << 20, 'x')
    const limits = { arenaBytes: 4 << 20, slotBytes: 1 << 20 }
    const long = Array.from({ length: 20 }, () => piece)
    const start = `{"Records":[${good('a')},{${AT},"x":"`
    const json = scan(cloudtrail, [start, ...long, `\n${good('b')}\n]}`], limits)
    expect(names(json.rows)).toEqual(['a', 'b'])
    const cut = scan(cloudtrail, [start, ...long], limits)
    expect(names(cut.rows)).toEqual(['a'])
    expect(cut.rejects).toHaveLength(1)
  })

  it('of unmapped fields beside long names is bounded', () => {
    const name = 'n'.repeat(16_000)
    const lines = `start srcaddr version ${name}\n${'1 192.0.2.1 2 x\n'.repeat(8000)}`
    const limits = { arenaBytes: 1 << 20, slotBytes: 32 << 20 }
    const { rows } = scan(vpcFlow, [lines], limits)
    expect(rows).toHaveLength(8000)
    expect(memoryOf(vpcFlow, limits)).toBeLessThan(64 << 20)
  })

  it('of what is rejected is bounded', () => {
    const limits = { arenaBytes: 1 << 20, slotBytes: 1 << 16 }
    const bad = ['{"a":"\\u0061"}', 'garbage', '[1, 2]', '{"x":{"y":[', '7', '\0\0', '"\\n"']
    const text = Array.from({ length: 10_000 }, () => bad.join('\n')).join('\n')
    const { rows, rejects } = scan(helloWorld, [text, `\n{"at":"2024-01-15T08:00:00Z"}`], limits)
    expect(rows).toHaveLength(1)
    expect(rejects.length).toBeGreaterThan(60_000)
    expect(memoryOf(helloWorld, limits)).toBeLessThan(16 << 20)
    const flow = scan(vpcFlow, [`${text.replaceAll('"', '')}\nstart srcaddr\n1 192.0.2.1`], limits)
    expect(flow.rows).toHaveLength(1)
    expect(flow.rejects.length).toBeGreaterThan(60_000)
  })
})
