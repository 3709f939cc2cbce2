// Documents around records: what wraps them, and what must come out of each.
import fc from 'fast-check'
import type { LogFormat } from '../../../src/formats/format.js'
import { type Json, spell } from './json.js'
import { modelOf } from './json-model.js'
import { recordOf } from './json-records.js'
import type { Scanned } from './scan.js'
import { hashId } from './xxh64.js'

export interface Document {
  readonly frame: string
  readonly text: string
  /** Each record as the document spells it: with its envelope, when it has one. */
  readonly items: readonly string[]
  readonly records: readonly Json[]
}

type Frame = (records: readonly string[], gap: () => string) => Pick<Document, 'text' | 'items'>

const list = (items: readonly string[], gap: () => string): string =>
  `[${gap()}${items.join(`${gap()},${gap()}`)}${gap()}]`

/** Ways in which CloudTrail's records come; the first three fit any log in JSON. */
const FRAMES: Readonly<Record<string, Frame>> = {
  lines: (records, gap) => ({
    text: records.map((r) => `${gap()}${r}\n`).join(''),
    items: records,
  }),
  'lines with CRLF': (records) => ({ text: records.join('\r\n'), items: records }),
  array: (records, gap) => ({ text: `${gap()}${list(records, gap)}${gap()}`, items: records }),
  Records: (records, gap) => ({
    text: `{${gap()}"Records"${gap()}:${gap()}${list(records, gap)}${gap()}}${gap()}`,
    items: records,
  }),
  'Records among others': (records, gap) => ({
    text: `{"a":[{"b":"]}"}],"Rec\\u006frds":${list(records, gap)},${gap()}"more":{"x":[1]}${gap()},"n":12}\n`,
    items: records,
  }),
  'a wrapper each line': (records) => ({
    text: records.map((r) => `{"Records":[${r}]}`).join('\n'),
    items: records,
  }),
  'wrappers in an array': (records, gap) => ({
    text: list(
      records.map((r, i) => (i % 2 === 0 ? r : `{"Records":${list([r], gap)}}`)),
      gap,
    ),
    items: records,
  }),
  'wrappers in a wrapper': (records, gap) => ({
    text: `{"Records":${list(
      records.map((r, i) => (i % 3 === 2 ? r : `{"logEvents":${list([r], gap)}}`)),
      gap,
    )}}`,
    items: records,
  }),
  EventBridge: (records, gap) => {
    const items = records.map(
      (r) => `{"version":"0",${gap()}"id":"x","detail":${gap()}${r}${gap()},"resources":["y"]}`,
    )
    return { text: items.join('\n'), items }
  },
  'CloudWatch Logs': (records, gap) => {
    const items = records.map(
      (r, i) => `{"id":"${i}","timestamp":${i},"message":${gap()}${JSON.stringify(r)}${gap()}}`,
    )
    return { text: `{"messageType":"DATA_MESSAGE","logEvents":${list(items, gap)},"z":0}`, items }
  },
  LookupEvents: (records, gap) => {
    const items = records.map(
      (r) => `{"EventId":"e","EventTime":1705305600,"CloudTrailEvent":${JSON.stringify(r)}}`,
    )
    return { text: `{"Events":${list(items, gap)},"NextToken":"t"}`, items }
  },
}

const GAPS: Readonly<Record<string, readonly string[]>> = {
  compact: [''],
  pretty: ['\n  ', ' '],
  odd: ['', ' ', '\t', '\r\n ', '  \n\t '],
}

function framesOf({ framing }: LogFormat): readonly string[] {
  const wraps = framing.kind === 'json' && framing.containers.length > 0
  return Object.keys(FRAMES).slice(0, wraps ? undefined : 3)
}

/** Documents of some records of the format, in any frame that fits it. */
export function documents(format: LogFormat, frames = framesOf(format)): fc.Arbitrary<Document> {
  return fc
    .tuple(
      fc.array(recordOf(format), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...frames),
      fc.constantFrom(...Object.keys(GAPS)),
      fc.nat(),
    )
    .map(([records, frame, gaps, seed]) => {
      const choices = GAPS[gaps] as readonly string[]
      let state = seed
      const gap = (): string => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
        return choices[(state >>> 8) % choices.length] as string
      }
      const spelled = records.map((r) => spell(r, gap))
      return { frame, records, ...(FRAMES[frame] as Frame)(spelled, gap) }
    })
}

/** What scanning the document must give. */
export function expectedOf(format: LogFormat, document: Document): Scanned {
  const model = modelOf(format)
  const idName = format.common.event_id
  const rows: Scanned['rows'][number][] = []
  const rejects: Scanned['rejects'][number][] = []
  document.records.forEach((json, i) => {
    const raw = document.items[i] as string
    const modelled = model(json)
    if ('reject' in modelled) rejects.push({ row: i + 1, reason: modelled.reject, raw })
    else {
      const { slots, time } = modelled.row
      const id = (idName === undefined ? undefined : slots[idName]) ?? hashId(raw)
      rows.push({ slots, time, record: i + 1, id })
    }
  })
  return { rows, rejects, objectRows: rows.length, objectRejects: rejects.length }
}

/** Cuts bytes at the places given, each taken modulo the length. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((p) => p % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length))
}

/** Limits in which the longest record just fits, so that flushes come often. */
export function tightLimits(document: Document): { arenaBytes: number; slotBytes: number } {
  const longest = Math.max(...document.items.map((i) => Buffer.byteLength(i)))
  const slack = 600 + (document.frame === 'lines' ? 0 : 200)
  return {
    arenaBytes: 1 << Math.max(12, Math.ceil(Math.log2((longest + slack) * 1.5))),
    slotBytes: 1,
  }
}
