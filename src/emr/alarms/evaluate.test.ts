import fc from 'fast-check'
import { expect, test } from 'vitest'
import { COMPARISONS, evaluate, judge, MISSING_DATA, type AlarmCondition } from './evaluate.js'

const THREE: AlarmCondition = {
  statistic: 'AVERAGE',
  comparison: 'GREATER_THAN',
  threshold: 0.5,
  periodMs: 60_000,
  evaluationPeriods: 3,
}

/** The tables of CloudWatch's manual, "Configuring how alarms treat missing data": the oldest first. */
const TABLE = [
  ['0-X-X', 3, ['OK', 'OK', 'OK', 'OK']],
  ['0----', 3, ['OK', 'OK', 'OK', 'OK']],
  ['-----', 3, ['INSUFFICIENT_DATA', 'keeps', 'ALARM', 'OK']],
  ['0XX-X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['--X--', 3, ['ALARM', 'keeps', 'ALARM', 'OK']],
  ['0-X-X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['00X0X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0-X--', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['----0', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['----X', 2, ['ALARM', 'keeps', 'ALARM', 'OK']],
] as const

test.each(TABLE)('%s, %i of 3', (text, datapointsToAlarm, [missing, ignore, breaching, not]) => {
  const points = text
    .split('')
    .toReversed()
    .map((c) => (c === '-' ? undefined : c === 'X' ? 1 : 0))
  const states = { missing, ignore, breaching, notBreaching: not }
  for (const missingData of MISSING_DATA)
    for (const current of ['OK', 'ALARM'] as const) {
      const expected = states[missingData] === 'keeps' ? current : states[missingData]
      expect(judge({ ...THREE, datapointsToAlarm, missingData }, points, current)).toBe(expected)
    }
})

test('samples of the last periods count, those before and those to come do not', () => {
  const samples = [
    { time: 0, value: 100 },
    { time: 500_000, value: 1 },
    { time: 560_000, value: 1 },
    { time: 600_000, value: 1 },
    { time: 600_001, value: 0 },
  ]
  expect(evaluate(THREE, samples, 600_000, 'OK')).toBe('ALARM')
  expect(evaluate(THREE, samples, 600_000 + 6 * 60_000, 'ALARM')).toBe('INSUFFICIENT_DATA')
})

test('more breaching data never turns an alarm off', () => {
  const point = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined })
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 5, maxLength: 5 }),
      fc.nat(4),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(...MISSING_DATA),
      (points, index, datapointsToAlarm, missingData) => {
        const condition = { ...THREE, datapointsToAlarm, missingData }
        const worse = points.with(index, points[index] === undefined ? undefined : 1)
        const before = judge(condition, points, 'OK')
        expect(before !== 'ALARM' || judge(condition, worse, 'OK') === 'ALARM').toBe(true)
      },
    ),
  )
})

test('a comparison and its opposite never agree', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (value, threshold) => {
      expect(COMPARISONS.GREATER_THAN(value, threshold)).not.toBe(
        COMPARISONS.LESS_THAN_OR_EQUAL(value, threshold),
      )
      expect(COMPARISONS.LESS_THAN(value, threshold)).not.toBe(
        COMPARISONS.GREATER_THAN_OR_EQUAL(value, threshold),
      )
    }),
  )
})
