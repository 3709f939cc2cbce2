import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameOf, tokenize } from './lexer.js'

const shown = (sql: string): string[] =>
  tokenize(sql)
    .filter((t) => t.kind !== 'space')
    .map((t) => `${t.kind}:${t.text}`)

describe('tokenize', () => {
  it('knows strings, names, comments and numbers', () => {
    expect(
      shown(
        `select 'it''s', E'a\\'b', $$x'y$$, $t$ $$ $t$, "a""b".c_1, 1.5e3 -- 'x\n /* a /* b */ c */ ::é`,
      ),
    ).toEqual([
      'word:select',
      `string:'it''s'`,
      'sign:,',
      `string:E'a\\'b'`,
      'sign:,',
      `string:$$x'y$$`,
      'sign:,',
      'string:$t$ $$ $t$',
      'sign:,',
      'quoted:"a""b"',
      'sign:.',
      'word:c_1',
      'sign:,',
      'number:1.5e3',
      'sign:::',
      'word:é',
    ])
  })

  it('counts bytes', () => {
    expect(tokenize(`'ü' x`).map((t) => t.start)).toEqual([0, 4, 5])
  })

  it('reads names', () => {
    expect(tokenize('"a""B"').map(nameOf)).toEqual(['a"B'])
  })

  it('loses nothing, whatever the text', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(`'`, `"`, '$$', '$a$', '/*', '*/', '--', '\n', `e'`, '\\', 'select', ' '),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const sql = pieces.join('')
        const tokens = tokenize(sql)
        expect(tokens.map((t) => t.text).join('')).toBe(sql)
        expect(tokens.every((t) => t.text.length > 0)).toBe(true)
      }),
    )
  })
})
