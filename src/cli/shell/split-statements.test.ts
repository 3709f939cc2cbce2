import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isBlank, splitStatements } from './split-statements.js'

test.each([
  ['select 1', [], 'select 1'],
  ['select 1; select 2;', ['select 1', ' select 2'], ''],
  ["select ';'';' ; x", ["select ';'';' "], ' x'],
  ['select ";" ; x', ['select ";" '], ' x'],
  ['select $$;$$, $a$;$$;$a$; x', ['select $$;$$, $a$;$$;$a$'], ' x'],
  ['select 1 -- not; this\n; x', ['select 1 -- not; this\n'], ' x'],
  ['select /* ; */ 1; x', ['select /* ; */ 1'], ' x'],
  ["select 'open;", [], "select 'open;"],
  ['select /* open;', [], 'select /* open;'],
])('%j', (text, complete, rest) => {
  expect(splitStatements(text)).toEqual({ complete, rest })
})

test('nothing is lost, whatever the text', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', ' ', ';', "'", '"', '$', '-', '\n', '/', '*'),
  })
  fc.assert(
    fc.property(text, (sql) => {
      const { complete, rest } = splitStatements(sql)
      expect([...complete, rest].join(';')).toBe(sql)
    }),
  )
})

test('a line at a time splits the same as all at once', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', ';', "'", '-', '\n') })
  fc.assert(
    fc.property(text, (sql) => {
      const found: string[] = []
      let pending = ''
      for (const line of sql.split('\n')) {
        const { complete, rest } = splitStatements(`${pending}${line}\n`)
        found.push(...complete)
        pending = rest
      }
      expect(found).toEqual(splitStatements(`${sql}\n`).complete)
    }),
  )
})

test.each([
  [' \n -- only this', true],
  ['/* a */ ', true],
  ['-- a\nselect', false],
])('%j is blank: %s', (sql, blank) => {
  expect(isBlank(sql)).toBe(blank)
})
