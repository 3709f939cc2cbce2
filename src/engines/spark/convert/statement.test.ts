import { expect, test } from 'vitest'
import type { TaskPointer } from './messages.js'
import { taskStatement } from './statement.js'
import { taskProgram } from './task-program.js'
import { decodeText } from './task-text.js'

const POINTER: TaskPointer = {
  work: 'read',
  lake: `s3://lake/it's "a" $(lake)`,
  s3: {},
  folder: '_headrig/staging/1/',
}

test('names the program and gives it a pointer and a number', () => {
  const statement = taskStatement({ node: '/opt/node 20/node', script: '/app/task.js' }, POINTER, 3)
  expect(statement).toContain(`USING 'exec "/opt/node 20/node" "/app/task.js"'`)
  expect(statement).toContain('FROM range(0, 3, 1, 3)')
  const [, text = ''] = /TRANSFORM \('([^']*)', id\)/.exec(statement) ?? []
  expect(decodeText(text)).toEqual(POINTER)
})

test.each(['/a"b', "/a'b", '/a$b', '/a`b', '/a\\b', '/a;b', '/a\nb', '/a|b', ''])(
  'a path that a shell may misread is refused: %j',
  (node) => {
    expect(() => taskStatement({ node, script: '/task.js' }, POINTER, 1)).toThrow(
      'is no path for a program on executors',
    )
  },
)

test('the program is ours unless the nodes have another', () => {
  expect(taskProgram(undefined, undefined).node).toBe(process.execPath)
  expect(taskProgram('/n', '/opt/headrig/')).toEqual({
    node: '/n',
    script: '/opt/headrig/dist/engines/spark/convert/task.js',
  })
})
