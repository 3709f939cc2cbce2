import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWhen } from './when.js'

const NOW = new Date('2024-03-01T10:30:00.500Z')

test.each([
  ['2024-01-15', '2024-01-15T00:00:00.000Z'],
  ['2024-01-15T08:00', '2024-01-15T08:00:00.000Z'],
  ['2024-01-15 08:00:09.25', '2024-01-15T08:00:09.250Z'],
  ['2024-01-15T08:00:00+02:00', '2024-01-15T06:00:00.000Z'],
  ['2024-01-15T08:00:00-0130', '2024-01-15T09:30:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['24h', '2024-02-29T10:30:00.500Z'],
  ['now', '2024-03-01T10:30:00.500Z'],
  ['today', '2024-03-01T00:00:00.000Z'],
  ['yesterday', '2024-02-29T00:00:00.000Z'],
])('%s is %s', (text, iso) => {
  expect(parseWhen(text, NOW).toISOString()).toBe(iso)
})

test.each(['', '2023-02-29', '2024-13-01', '2024-01-15T24:30', '15/01/2024', 'soon', '2024'])(
  '%j is refused',
  (text) => {
    expect(() => parseWhen(text, NOW)).toThrow(`${JSON.stringify(text)} is no time`)
  },
)

test('ISO text of any moment reads back', () => {
  const dates = fc.date({
    min: new Date('1970-01-01'),
    max: new Date('2200-01-01'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(dates, (date) => {
      expect(parseWhen(date.toISOString(), NOW)).toEqual(date)
    }),
  )
})
