import { tokenize } from './lexer.js'

/** How a query asks for its plan instead of its rows. */
export type Explain = '' | 'EXPLAIN' | 'EXPLAIN ANALYZE'

/** Takes an EXPLAIN off the start of SQL, leaving blanks so that places stay as they are. */
export function splitExplain(sql: string): { readonly explain: Explain; readonly rest: string } {
  const tokens = tokenize(sql)
  const words = tokens.flatMap((t, i) =>
    t.kind === 'space' ? [] : [{ i, word: t.text.toUpperCase() }],
  )
  if (words[0]?.word !== 'EXPLAIN') return { explain: '', rest: sql }
  const analyze = words[1]?.word === 'ANALYZE'
  const end = words[analyze ? 1 : 0]?.i ?? 0
  const blank = tokens.slice(0, end + 1).map((t) => t.text.replaceAll(/[^\n]/g, ' '))
  return {
    explain: analyze ? 'EXPLAIN ANALYZE' : 'EXPLAIN',
    rest: [...blank, ...tokens.slice(end + 1).map((t) => t.text)].join(''),
  }
}
