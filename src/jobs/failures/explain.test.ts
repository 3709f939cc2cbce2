import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { explainFailure, lastLine } from './explain.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-failure-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const explain = (syslog: string, stderr = '') => {
  writeFileSync(join(folder, 'syslog'), syslog)
  writeFileSync(join(folder, 'stderr'), stderr)
  return explainFailure(folder)
}

test('nothing is made of what says nothing', async () => {
  expect(await explainFailure(folder)).toBeUndefined()
  expect(await explain('all is well', 'Streaming Command Failed!\n')).toBeUndefined()
})

test.each([
  ['ERROR StreamJob (main): x: Input Pattern s3://b/*.gz matches 0 files', /s3:\/\/b\/\*\.gz/],
  ['ERROR x.StreamJob (main): Error Launching job : Not a file: s3://b/2024', /2024 is a folder/],
  ['ERROR x.StreamJob (main): Error Launching job : no luck', /^no luck$/],
  ['java.io.FileNotFoundException: File s3://b/m.py does not exist', /File s3:\/\/b\/m\.py/],
  ['AccessDeniedException: s3://b/x: getFileStatus on x', /may not do that with s3:\/\/b\/x$/],
  ['e: java.lang.OutOfMemoryError: Java heap space', /OutOfMemoryError: Java heap space$/],
  ['IOException: Cannot run program "/w/./m.py": error=8, Exec format error', /^m\.py: .*#!/],
  ['IOException: Cannot run program "m": error=13, Permission denied', /^m: Permission denied/],
])('%s is explained', async (line, message) => {
  const found = await explain(`2026-11-21 10:00:00,000 ${line}\n\tat a.b(C.java:1)\n`)
  expect(found?.message).toMatch(message)
})

test.each([
  ['Required argument: -output \nTry -help for more information\n', 'Required argument: -output'],
  ['-partitioner : class not found : a.B\n', '-partitioner : class not found : a.B'],
  ['/usr/bin/env: ‘python’: No such file or directory\n', /^python is not .* Python 3/],
  ["env: 'ruby': No such file or directory\n", /^ruby is not installed here: install it/],
])('%j on stderr is explained', async (text, message) => {
  const found = await explain('', `${text}Streaming Command Failed!\n`)
  expect(found?.message).toEqual(
    typeof message === 'string' ? message : expect.stringMatching(message),
  )
})

test('only the end of a log is read, and messages are short', async () => {
  const row = 'subprocess failed with code 7'
  expect(await explain(`${row}\n${'x'.repeat(70_000)}`)).toBeUndefined()
  const found = await explain(row, `${'y'.repeat(70_000)}\n`)
  expect(found?.message).toMatch(/^exit code 7: y{487}$/)
  expect(await lastLine(join(folder, 'stderr'))).toHaveLength(500)
})
