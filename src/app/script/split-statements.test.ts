import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isBlank, piecesOf, splitStatements } from './split-statements.js'

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

test('statements of a script have their places, without comments before them', () => {
  const text = "-- one;\n /* x */ a 'it\\'s;';\n\n;b"
  expect(piecesOf(text, true)).toEqual([
    { text: "a 'it\\'s;'", start: text.indexOf('a') },
    { text: 'b', start: text.length - 1 },
  ])
  expect(piecesOf("select 'a\\'; b", false).map((p) => p.text)).toEqual(["select 'a\\'", 'b'])
})
