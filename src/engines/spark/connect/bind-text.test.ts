import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bindText } from './bind-text.js'
import { boundSql, type Parameter } from './parameters.js'

const text = (sql: string, params: readonly Parameter[] | Record<string, Parameter>): string =>
  bindText(boundSql(sql, params)).text

test.each<[string, readonly Parameter[] | Record<string, Parameter>, string]>([
  ['SELECT ? + ?', [1, -2n], 'SELECT 1 + (-2L)'],
  ['SELECT \'?\', "?", `?`, ? -- ?', ['a'], "SELECT '?', \"?\", `?`, 'a' -- ?"],
  ["SELECT 'it\\'s ?', ?", [null], "SELECT 'it\\'s ?', NULL"],
  ["SELECT r'\\', ?", [true], "SELECT r'\\', true"],
  ['SELECT /* ? /* ? */ ? */ ?', [1], 'SELECT /* ? /* ? */ ? */ 1'],
  ['-- ? \\\n ?\n?', [1], '-- ? \\\n ?\n1'],
  ['SELECT v:a, v:a::int, f(x):a, :a', { a: 1 }, 'SELECT v:a, v:a::int, f(x):a, 1'],
  ['SELECT :a,:b', { a: 1 }, 'SELECT 1,:b'],
  ['x=:a', { a: "o'x" }, "x=string(X'6F2778')"],
  ['?', ['${env:HOME}'], "string(X'247B656E763A484F4D457D')"],
  ['?', ['--'], "string(X'2D2D')"],
  ['?', [0.1], '1e-1D'],
  ['?', [Number.NaN], "double('NaN')"],
  ['?', [-0], '(-0e+0D)'],
  ['?', [2 ** 31], '2147483648L'],
  ['?', [{ decimal: '-1.50' }], "CAST('-1.50' AS DECIMAL(3,2))"],
  ['?', [2n ** 70n], "CAST('1180591620717411303424' AS DECIMAL(22,0))"],
  ['?', [{ date: '2024-02-29' }], 'date_from_unix_date(19782)'],
  ['?', [new Date('2024-01-15T00:05:00.5Z')], 'timestamp_micros(1705277100500000L)'],
  ['?', [{ timestampNtz: '1969-12-31T23:59:59.5' }], "TIMESTAMP_NTZ'1969-12-31 23:59:59.5'"],
  ['?', [Buffer.from("'")], "X'27'"],
])('%s', (sql, params, expected) => {
  expect(text(sql, params)).toBe(expected)
})

test('nothing of a value is left that SQL could read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      expect(text('?', [value])).toMatch(/^(?:'\w*'|string\(X'(?:[0-9A-F]{2})*'\))$/)
    }),
  )
})

test('a place in the text sent is told in the text written', () => {
  const sql = 'SELECT ?, nope, :a, x'
  const bound = bindText(boundSql(sql, ['long enough to move']))
  expect(bound.at(bound.text.indexOf('nope'))).toBe(sql.indexOf('nope'))
  expect(bound.at(bound.text.indexOf('string(X') + 3)).toBe(sql.indexOf('?'))
  expect(bound.at(3)).toBe(3)
  const two = bindText(boundSql('a ? b ? c', ['1 2 3', '4 5 6']))
  expect(two.at(two.text.indexOf('b'))).toBe(4)
  expect(two.at(two.text.indexOf('c'))).toBe(8)
})

test.each<Parameter>([
  { date: '2024-02-30' },
  { date: 'x' },
  { timestamp: '2024-01-01T00:00:00' },
  { timestamp: '2024-13-01T00:00:00Z' },
  { decimal: '1e5' },
  { decimal: '1'.repeat(39) },
])('%j is refused', (value) => {
  expect(() => boundSql('?', [value])).toThrow(expect.objectContaining({ kind: 'invalid' }))
})
