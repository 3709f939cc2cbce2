import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { HeadrigError, messageOf } from '../../core/errors.js'
import type { System } from '../system.js'
import { shell, type ShellEffects, type ShellState } from './shell.js'

/** A shell whose lake answers with what it was asked. */
function start(interactive: boolean) {
  const stdin = Object.assign(new PassThrough(), { isTTY: interactive })
  const stderr = Object.assign(new PassThrough(), { isTTY: interactive, columns: 200 })
  const heard: string[] = []
  let typed = ''
  stderr.on('data', (chunk: Buffer) => (typed += chunk.toString()))
  const state: ShellState = { format: 'table', dialect: 'duckdb', timing: false, expanded: false }
  const effects: ShellEffects = {
    async answer(sql, { format }, signal) {
      if (sql === 'fail') throw new HeadrigError('invalid', 'no such table')
      if (sql === 'wait') {
        await new Promise((_, reject) => {
          heard.push('waiting')
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        })
      }
      heard.push(`${format}: ${sql}`)
    },
    async tables() {
      heard.push('tables')
    },
    async describe(table) {
      heard.push(`describe ${table}`)
    },
    complete: async () => [['select '], 'sel'],
    history: { lines: [], add: async () => undefined },
    say: (text) => void heard.push(text),
    showError: (error) => void heard.push(`! ${messageOf(error)}`),
  }
  const system = { stdin, stderr, stdout: new PassThrough() } as unknown as System
  const ended = shell(system, effects, state)
  return { stdin, heard, state, ended, typed: () => typed }
}

const until = async (check: () => boolean): Promise<void> => {
  for (let i = 0; i < 400 && !check(); i++) await new Promise((r) => setTimeout(r, 5))
  expect(check()).toBe(true)
}

test('statements end at ; across lines, the last one at the end of input', async () => {
  const { stdin, heard, ended } = start(false)
  stdin.end("select\n 1; select ';'; -- done\n\nselect 2")
  await ended
  expect(heard).toEqual(['table: select\n 1', "table: select ';'", 'table: select 2'])
})

test('backslash lines change how answers come', async () => {
  const { stdin, heard, state, ended } = start(false)
  stdin.end(
    '\\d\n\\d t\n\\format csv\nselect 1;\n\\x\n\\timing off\n\\dialect athena\n\\q\nselect 2;\n',
  )
  await ended
  expect(heard).toEqual(['tables', 'describe t', 'csv: select 1'])
  expect(state).toEqual({ format: 'csv', dialect: 'athena', timing: false, expanded: true })
})

test('timing is told', async () => {
  const { stdin, heard, ended } = start(false)
  stdin.end('\\timing on\nselect 1;\n')
  await ended
  expect(heard).toEqual(['table: select 1', expect.stringMatching(/^\d+ ms\n$/)])
})

test('without a terminal the first error ends it', async () => {
  const { stdin, heard, ended } = start(false)
  stdin.end('fail; select 1;')
  await expect(ended).rejects.toThrow('no such table')
  expect(heard).toEqual([])
})

test.each([
  ['\\nope', 'unknown command \\nope'],
  ['\\format jsn', '"jsn" is none of table, json, ndjson, csv, markdown: did you mean "json"?'],
  ['\\x maybe', '"maybe" is none of on, off'],
])('%s is refused', async (line, message) => {
  const { stdin, ended } = start(false)
  stdin.end(`${line}\n`)
  await expect(ended).rejects.toThrow(message)
})

test('on a terminal an error is shown and it goes on', async () => {
  const { stdin, heard, ended, typed } = start(true)
  stdin.write('fail;\r')
  await until(() => heard.length === 1)
  stdin.write('select\r1;\r')
  await until(() => heard.length === 2)
  stdin.write('\u0004')
  await ended
  expect(heard).toEqual(['! no such table', 'table: select\n1', '\n'])
  expect(typed()).toContain('headrig> ')
  expect(typed()).toContain('...> ')
})

test('ctrl-c ends the running query, or clears what was typed', async () => {
  const { stdin, heard, ended, typed } = start(true)
  stdin.write('wait;\r')
  await until(() => heard.includes('waiting'))
  stdin.write('\u0003')
  await until(() => heard.some((h) => h.startsWith('! ')))
  stdin.write('select old,\r')
  await until(() => typed().includes('...> '))
  stdin.write('half a line')
  stdin.write('\u0003')
  await until(() => heard.includes('^C\n'))
  stdin.write('select new;\r')
  await until(() => heard.includes('table: select new'))
  stdin.write('\u0004')
  await ended
  expect(heard.filter((h) => h.includes('old'))).toEqual([])
})

test('tab completes', async () => {
  const { stdin, ended, heard } = start(true)
  stdin.write('sel\t')
  await new Promise((r) => setTimeout(r, 50))
  stdin.write('1;\r')
  await until(() => heard.includes('table: select 1'))
  stdin.write('\u0004')
  await ended
  expect(heard).toEqual(['table: select 1', '\n'])
})
