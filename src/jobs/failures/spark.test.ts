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

const NOISE = '26/11/21 21:25:46 INFO SparkContext: Successfully stopped SparkContext\n'
const explain = (stdout: string, stderr = '') => {
  writeFileSync(join(folder, 'stdout'), stdout)
  writeFileSync(join(folder, 'stderr'), `${stderr}${NOISE}`)
  return explainFailure(folder)
}
const TRACE = 'Traceback (most recent call last):\n  File "/w/x.py", line 3, in <module>\n    x()\n'
const CAPTURED = 'pyspark.errors.exceptions.captured.'

test.each([
  [
    `${TRACE}${CAPTURED}AnalysisException: [UNRESOLVED_COLUMN] no x. SQLSTATE: 42703\n`,
    'Query cannot be analysed.',
    /UNRESOLVED_COLUMN/,
  ],
  [
    `${TRACE}${CAPTURED}AnalysisException: [PATH_ALREADY_EXISTS] Path s3://b/o already exists.\n`,
    'Output directory already exists.',
    /s3:\/\/b\/o/,
  ],
  [
    `${TRACE}${CAPTURED}AnalysisException: [PATH_NOT_FOUND] Path does not exist: s3://b/i.\n`,
    'Input path does not exist.',
    /s3:\/\/b\/i/,
  ],
  [`${TRACE}ModuleNotFoundError: No module named 'pandas'\n`, 'Module not found.', /'pandas'/],
  [
    `${TRACE}ValueError: first\nwent on\n${TRACE}KeyError: 'last'\n`,
    'Unknown Error.',
    /^KeyError: 'last'$/,
  ],
])('%j on stdout is explained', async (text, reason, message) => {
  const found = await explain(text)
  expect(found).toEqual({ reason, message: expect.stringMatching(message), log: 'stdout' })
})

test.each([
  [
    'Exception in thread "main" org.apache.spark.sql.AnalysisException: [TABLE_OR_VIEW_NOT_FOUND] t\n\tat a.b\n',
    'Query cannot be analysed.',
    /NOT_FOUND/,
  ],
  [
    'Error: Failed to load class com.example.Nothing.\n',
    'Class not found.',
    /com\.example\.Nothing/,
  ],
  [
    'Exception in thread "main" org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times\n\tat a\n',
    'Stage failed.',
    /stage 3\.0/,
  ],
  [
    'Caused by: software.amazon.awssdk.services.s3.model.NoSuchBucketException: The specified bucket does not exist\n',
    'Bucket does not exist.',
    /NoSuchBucket/,
  ],
  [
    'error: a.q:1:1: no lake at s3://b: run headrig collect\nno statement ran before it\n',
    'Unknown Error.',
    /^a\.q:1:1: no lake/,
  ],
  ['x: java.lang.OutOfMemoryError: Java heap space\n', 'Out of memory.', /Java heap space/],
])('%j on stderr is explained', async (text, reason, message) => {
  const found = await explain('', text)
  expect(found).toEqual({ reason, message: expect.stringMatching(message), log: 'stderr' })
})

test('what the log says after the error is left out, and secrets are', async () => {
  expect(await explain('', 'it broke: password=hush-hush\n')).toBeUndefined()
  expect(await lastLine(join(folder, 'stderr'))).toBe(
    'it broke: password=HIDDEN_DUE_TO_SECURITY_REASONS',
  )
  const found = await explain(`${TRACE}ValueError: no s3://u:hush-hush@b\n`)
  expect(JSON.stringify(found)).not.toContain('hush-hush')
})
