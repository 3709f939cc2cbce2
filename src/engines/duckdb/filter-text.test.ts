import { describe, expect, it } from 'vitest'
import type { TableType } from '../../formats/table-schema.js'
import { parseFilters } from './filter-text.js'

const columns = new Map<string, TableType>([
  ['time', 'timestamp'],
  ['event_day', 'date'],
  ['event_name', 'string'],
  ['dstport', 'int'],
  ['bytes', 'long'],
  ['x', 'double'],
  ['end', 'long'],
])

const texts: readonly (readonly [string, string])[] = [
  [`event_day='2024-01-15'::DATE`, `event_day = 2024-01-15`],
  [`end>5`, `end > 5`],
  [`"end">5`, `end > 5`],
  [`dstport<=1024\nevent_name='o''x'`, `dstport <= 1024; event_name = o'x`],
  [`event_name='a\nAND dstport=1'`, `event_name = a\nAND dstport=1`],
  [
    `event_day>='2024-01-15'::DATE AND event_day<='2024-01-17'::DATE`,
    `event_day >= 2024-01-15; event_day <= 2024-01-17`,
  ],
  [`optional: event_name IN ('a', 'b''c')`, `event_name in a,b'c`],
  [`optional: event_name='a' OR event_name='b'`, `event_name in a,b`],
  [
    `event_day>'2024-01-01'::DATE AND optional: event_day='2024-02-01'::DATE OR event_day='2024-03-01'::DATE`,
    `event_day > 2024-01-01; event_day in 2024-02-01,2024-03-01`,
  ],
  [
    `(((event_day >= '2024-01-01'::DATE) AND (event_day <= '2024-01-03'::DATE)) OR ((event_day >= '2024-02-01'::DATE) AND (event_day <= '2024-02-03'::DATE)))`,
    `event_day >= 2024-01-01; event_day <= 2024-02-03`,
  ],
  [
    `time>='2024-01-15 10:00:00.5+00'::TIMESTAMP WITH TIME ZONE AND optional: Dynamic Filter (time)`,
    `time >= 2024-01-15T10:00:00.500000Z`,
  ],
  [
    `(CAST(time AS DATE) = '2024-02-28'::DATE)`,
    `time >= 2024-02-28T00:00:00.000000Z; time < 2024-02-29T00:00:00.000000Z`,
  ],
  [
    `(CAST(time AS DATE) BETWEEN '2024-01-01'::DATE AND '2024-01-03'::DATE)`,
    `time >= 2024-01-01T00:00:00.000000Z; time < 2024-01-04T00:00:00.000000Z`,
  ],
  [`('a' = event_name)`, `event_name = a`],
  [`bytes>-5`, `bytes > -5`],
]

const nothing: readonly string[] = [
  `event_day='2024-01-01'::DATE OR dstport=22 AND bytes=1`,
  `event_day='2024-01-01'::DATE OR optional: event_day='2024-01-02'::DATE AND bytes=1`,
  `(event_day = '2024-01-01'::DATE) OR (dstport = 22)`,
  `((event_name IS NULL) OR (event_name = 'a'))`,
  `(NOT (event_day = '2024-01-01'::DATE))`,
  `event_day!='2024-01-01'::DATE`,
  `(event_day NOT IN ('2024-01-01'::DATE))`,
  `(event_day NOT BETWEEN '2024-01-01'::DATE AND '2024-01-02'::DATE)`,
  `(CAST(event_day AS VARCHAR) = '2024-01-15')`,
  `(CAST(bytes AS DECIMAL(20,1)) > 1.5)`,
  `("year"(time) = 2024)`,
  `(strftime(time, '%Y') = '2024')`,
  `(event_name ~~* 'del%')`,
  `CASE WHEN (dstport = 1) THEN (bytes = 2) ELSE (bytes = 3) END`,
  `time='infinity'::TIMESTAMP WITH TIME ZONE`,
  `bytes=9007199254740993`,
  `x>1.5`,
  `u.event_name='a'`,
  `we ird=3`,
  `(event_name IS NOT DISTINCT FROM 'x')`,
  `(COALESCE(event_day, '2024-01-01'::DATE) = '2024-01-01'::DATE)`,
  `unknown='x'`,
  `event_name='unfinished`,
]

describe('parseFilters', () => {
  it.each(texts)('understands %j', (text, expected) => {
    const shown = parseFilters(text, columns).map(
      (f) => `${f.column} ${f.op} ${f.values.join(',')}`,
    )
    expect(shown.join('; ')).toBe(expected)
  })

  it.each(nothing)('asks nothing for %j', (text) => {
    expect(parseFilters(text, columns)).toEqual([])
  })
})
