import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDefinition, substitute, type Variables } from './variables.js'

const given = (
  hivevar: Record<string, string>,
  hiveconf: Record<string, string> = {},
  env: Record<string, string> = {},
): Variables => ({
  hivevar: new Map(Object.entries(hivevar)),
  hiveconf: new Map(Object.entries(hiveconf)),
  env: new Map(Object.entries(env)),
})

const replaced = (text: string, variables: Variables): string =>
  substitute(text, variables, false, (message, at) => new Error(`${at}: ${message}`)).sql

describe('variables of a script', () => {
  it('are replaced in and out of quotes, from their spaces', () => {
    const vars = given({ IN: 's3://b/x', n: '1' }, { n: '2', c: '3' }, { HOME: '/h' })
    expect(replaced("FROM '${IN}/y' WHERE a = ${n} + ${hiveconf:n} + ${c}", vars)).toBe(
      "FROM 's3://b/x/y' WHERE a = 1 + 2 + 3",
    )
    expect(replaced('${hivevar:n} ${define:n} ${env:HOME} "${n}" $${n}', vars)).toBe(
      '1 1 /h "1" $1',
    )
  })

  it('are text: what a value holds is not read again', () => {
    expect(replaced('${a}', given({ a: '${b}', b: 'x' }))).toBe('${b}')
  })

  it('stay in comments, and where Athena means partition columns', () => {
    const vars = given({ day: '1' })
    expect(replaced('-- ${no}\n/* ${no} */ ${day}', vars)).toBe('-- ${no}\n/* ${no} */ 1')
    const ddl = `TBLPROPERTIES ('storage.location.template' = 's3://b/\${day}/\${hivevar:day}', 'x'='\${day}')`
    expect(replaced(ddl, vars)).toBe(
      `TBLPROPERTIES ('storage.location.template' = 's3://b/\${day}/1', 'x'='1')`,
    )
  })

  it('that are not set are told with the likely one and the remedy', () => {
    const of = (text: string) => () => replaced(text, given({ INPUT: 'x' }))
    expect(of('a ${INPUTT}')).toThrow(
      '2: variable "INPUTT" is not set: did you mean "INPUT"? else give it with -d INPUTT=value, or SET it before',
    )
    expect(of('${hiveconf:INPUT}')).toThrow('give it with --hiveconf INPUT=value')
    expect(of('${env:SECRET}')).toThrow('name it with --env SECRET')
    expect(of('${system:user.name}')).toThrow('there are no variables "system:"')
  })

  it('keeps places: each character that was not replaced is found where it was', () => {
    const piece = fc.constantFrom('x', ' ', '\n', "'", '${a}', '${b}', '${empty}', '--', 'ä')
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('')
        const vars = given({ a: '#', b: '####', empty: '' })
        const replaced = substitute(text, vars, false, (m) => new Error(m))
        const { sql } = replaced
        for (let at = 0; at < sql.length; at++) {
          const from = text[replaced.original(at)]
          expect(sql[at] === '#' && from === '$' ? '#' : from).toBe(sql[at])
        }
      }),
    )
  })

  it('are defined as name=value', () => {
    expect(parseDefinition('a.b=c=d')).toEqual(['a.b', 'c=d'])
    expect(parseDefinition('a=')).toEqual(['a', ''])
    expect(() => parseDefinition('=x')).toThrow('write name=value')
    expect(() => parseDefinition('x')).toThrow('"x" defines no variable')
  })
})
