import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExternalTable } from './external-table.js'
import type { PartitionFilter } from './partition-predicate.js'
import { wantedPartitions } from './partitions.js'
import { addUnits, datePattern } from './projection/date-pattern.js'

const NOW = new Date('2024-03-01T12:34:56Z')

function table(columns: Readonly<Record<string, string>>, properties: Record<string, string> = {}) {
  return {
    name: 't',
    columns: [],
    partitionedBy: Object.entries(columns).map(([name, kind]) => ({ name, type: { kind } })),
    serde: '',
    serdeProperties: {},
    inputFormat: '',
    outputFormat: '',
    location: 's3://b/t',
    properties: { 'projection.enabled': 'true', ...properties },
  } as unknown as ExternalTable
}

const locations = (t: ExternalTable, ...filters: PartitionFilter[]): string[] =>
  wantedPartitions(t, [], [filters], NOW).map((p) => p.location)

describe('partition projection', () => {
  it.each([
    ['date', 'yyyy/MM/dd', '2024/02/27,NOW', '', 4, '2024/02/27', '2024/03/01'],
    ['date', 'yyyy-MM', 'NOW-3MONTHS,NOW', '', 4, '2023-12', '2024-03'],
    ['date', 'yyyy/MM/dd/HH', '2024/02/29/22,NOW', '2,HOURS', 8, '2024/02/29/22', '2024/03/01/12'],
    [
      'date',
      "'day'=yyyyMMdd",
      'day=20240101,day=20240131',
      '1,WEEKS',
      5,
      'day=20240101',
      'day=20240129',
    ],
    ['integer', '', '1,12', '', 12, '1', '12'],
    ['integer', '2', '8,12', '3', 2, '08', '11'],
    ['integer', '3', '-1,1', '', 3, '-001', '001'],
  ])('%s %s %s %s', (type, format, range, interval, count, first, last) => {
    const [step = '', unit = ''] = interval.split(',')
    const t = table(
      { p: 'string' },
      {
        'projection.p.type': type,
        'projection.p.range': range,
        [type === 'date' ? 'projection.p.format' : 'projection.p.digits']: format || '0',
        ...(step && { 'projection.p.interval': step }),
        ...(unit && { 'projection.p.interval.unit': unit }),
        'storage.location.template': 's3://b/${p}/',
      },
    )
    const found = locations(t)
    expect([found.length, found[0], found.at(-1)]).toEqual([
      count,
      `s3://b/${first}`,
      `s3://b/${last}`,
    ])
  })

  const both = table(
    { acc: 'string', n: 'int' },
    {
      'projection.acc.type': 'enum',
      'projection.acc.values': 'a, b',
      'projection.n.type': 'integer',
      'projection.n.range': '1,3',
    },
  )

  it('takes the product of the columns, in folders of Hive without a template', () => {
    expect(locations(both)).toHaveLength(6)
    expect(locations(both)[4]).toBe('s3://b/t/acc=b/n=2')
  })

  it('leaves out what filters rule out, in any place of the query', () => {
    const b: PartitionFilter = { column: 'acc', op: '=', values: ['b'] }
    expect(locations(both, b, { column: 'n', op: '>', values: [2] })).toEqual([
      's3://b/t/acc=b/n=3',
    ])
    expect(locations(both, { column: 'n', op: 'in', values: [1, 3] })).toHaveLength(4)
    expect(
      wantedPartitions(both, [], [[b], [{ column: 'n', op: '=', values: [1] }]], NOW),
    ).toHaveLength(4)
  })

  it('takes injected values from the query alone', () => {
    const t = table(
      { id: 'string' },
      { 'projection.id.type': 'injected', 'storage.location.template': 's3://b/${id}' },
    )
    expect(locations(t, { column: 'id', op: 'in', values: ['x', 'y'] })).toEqual([
      's3://b/x',
      's3://b/y',
    ])
    expect(() => locations(t)).toThrow(/takes the values of id from the query/)
    expect(() => locations(t, { column: 'id', op: '=', values: ['../other'] })).toThrow(
      /cannot be part of a location/,
    )
  })

  it.each([
    [{ 'projection.p.type': 'list' }, /use enum, integer, date or injected/],
    [{ 'projection.p.type': 'enum' }, /lacks the property "projection.p.values"/],
    [{ 'projection.p.type': 'integer', 'projection.p.range': '1' }, /first and the last value/],
    [{ 'projection.p.type': 'integer', 'projection.p.range': '1,99999999' }, /more than 1000000/],
    [
      { 'projection.p.type': 'date', 'projection.p.range': '1,2', 'projection.p.format': 'yyyy' },
      /dates in the given format/,
    ],
    [
      {
        'projection.p.type': 'date',
        'projection.p.range': 'NOW,NOW',
        'projection.p.format': 'yyyy QQ',
      },
      /"QQ" is no part of a date/,
    ],
    [
      {
        'projection.p.type': 'enum',
        'projection.p.values': 'a',
        'storage.location.template': 's3://b/${q}',
      },
      /names \$\{q\}, which is no partition column/,
    ],
  ])('says what is wrong with %o', (properties, message) => {
    expect(() => locations(table({ p: 'string' }, properties as Record<string, string>))).toThrow(
      message,
    )
  })

  it('is ignored unless it is enabled', () => {
    const t = { ...both, properties: { ...both.properties, 'projection.enabled': 'false' } }
    const added = [{ values: ['a', '1'], location: 's3://x' }]
    expect(wantedPartitions(t, added, [[]], NOW)).toEqual(added)
    expect(wantedPartitions(t, added, [[{ column: 'acc', op: '<', values: ['a'] }]], NOW)).toEqual(
      [],
    )
  })
})

describe('datePattern', () => {
  it('reads what it writes, to the part that it shows', () => {
    const pattern = datePattern("yyyy/MM/dd'T'HH:mm:ss")
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        expect(pattern.parse(pattern.format(seconds * 1000))).toBe(seconds * 1000)
      }),
    )
    expect(pattern.parse('2024/02/30T00:00:00')).toBeUndefined()
  })

  it('keeps to the last day of a shorter month', () => {
    const day = (text: string): number => Date.parse(`${text}T00:00:00Z`)
    expect(addUnits(day('2024-01-31'), 1, 'months')).toBe(day('2024-02-29'))
    expect(addUnits(day('2024-02-29'), 1, 'years')).toBe(day('2025-02-28'))
  })
})
