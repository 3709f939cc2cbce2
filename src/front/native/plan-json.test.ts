import { expect, test } from 'vitest'
import type { LogFormat } from '../../formats/format.js'
import { FORMATS } from '../../formats/index.js'
import { loadAddon } from './load.js'
import { setupOf } from './native-threads.js'
import { nativePlan } from './plan-json.js'

const limits = { arenaBytes: 4 << 20, slotBytes: 3 << 20 }
const natural = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0
const text = (value: unknown): boolean => typeof value === 'string'
const flag = (value: unknown): boolean => typeof value === 'boolean'
const one =
  (...words: readonly string[]) =>
  (value: unknown): boolean =>
    words.includes(value as string)
type Check = (value: unknown) => boolean
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null || check(value)
/** All that is named, and nothing else. */
const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).every((key) => key in fields) &&
    Object.entries(fields).every(([key, check]) => check((value as Record<string, unknown>)[key]))

const node: Check = object({
  keys: list(
    object({
      name: text,
      kind: (kind) => natural(kind) && Number(kind) <= 10,
      slot: natural,
      flags: (flags) => natural(flags) && Number(flags) <= 7,
      child: maybe((child) => node(child)),
    }),
  ),
})
const SOURCES: Readonly<Record<string, Check>> = {
  text: object({
    kind: text,
    slots: list(natural),
    fact: maybe(one('uri', 'account', 'region')),
  }),
  number: object({
    kind: text,
    slot: natural,
    as: one('read', 'int', 'long', 'boolean', 'iso-time', 'epoch-seconds'),
  }),
  fixed: object({ kind: text, what: one('time', 'record', 'ingested') }),
  id: object({ kind: text, slot: natural }),
  'ip-key': object({ kind: text, slots: list(natural) }),
  list: object({ kind: text, slot: natural, name: text }),
}
const leaf = object({
  physical: one('boolean', 'int32', 'int64', 'text'),
  maxDef: natural,
  maxRep: natural,
  presence: list(natural),
  hot: flag,
  source: (source) => SOURCES[(source as { kind: string }).kind]?.(source) ?? false,
})
/** What native/src/plan.rs reads. */
const plan = object({
  id: text,
  framing: (framing) =>
    object({ kind: one('json') })(framing) ||
    object({ kind: one('fields'), order: list(text), absent: natural })(framing),
  slotCount: natural,
  root: node,
  unmappedSlot: natural,
  idSlot: natural,
  columns: list(object({ optional: flag, leaves: list(leaf) })),
  detection: object({
    rules: list(
      object({
        key: maybe(text),
        head: maybe(list(text)),
        line: maybe(text),
        header: maybe(
          object({ names: list(text), least: natural, share: (s) => typeof s === 'number' }),
        ),
        score: (score) => typeof score === 'number',
        reason: text,
        skip: maybe(flag),
      }),
    ),
    otherwise: text,
  }),
  keyName: maybe(text),
})

test.each(FORMATS)('$id is a plan that the native front reads', (format) => {
  const served = nativePlan(format)
  expect(served.why).toBeUndefined()
  expect(plan(JSON.parse(JSON.stringify(served.plan)))).toBe(true)
})

test.skipIf(loadAddon().addon === undefined)('the addon takes them all', async () => {
  const { addon } = loadAddon()
  const start = (setup: string) => addon && new addon.FrontThread(setup, () => undefined)
  await start(setupOf('n0', limits))?.close()
  expect(() => start('{"name":1}')).toThrow('invalid type')
})

const [, flow, hello] = FORMATS as readonly [LogFormat, LogFormat, LogFormat]

test.each<[string, LogFormat, string]>([
  [
    'a type that no front writes',
    { ...hello, columns: { ...hello.columns, at: { type: 'double', from: 'x', doc: '' } } },
    'double',
  ],
  [
    'an expression of JavaScript',
    {
      ...hello,
      detection: { ...hello.detection, rules: [{ line: /a\s/, score: 1, reason: '' }] },
    },
    '/a\\s/',
  ],
  [
    'flags',
    { ...hello, detection: { ...hello.detection, rules: [{ key: /a/i, score: 1, reason: '' }] } },
    '/a/i',
  ],
  ['a long mark', { ...flow, framing: { ...flow.framing, absent: '--' } as never }, '"--"'],
])('%s is not served, and why', (_, format, why) => {
  const served = nativePlan(format)
  expect(served.plan).toBeUndefined()
  expect(served.why).toContain(why)
})
