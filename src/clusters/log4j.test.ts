import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeLog4j } from './log4j.js'

test('each logger has its level, and the file is for its owner alone', async () => {
  const conf = await mkdtemp(join(tmpdir(), 'headrig-log4j-'))
  try {
    await writeLog4j(conf, 'warn', { 'org.example.a': 'info', 'org.example.b': 'error' })
    const file = join(conf, 'log4j2.properties')
    const text = await readFile(file, 'utf8')
    expect(text).toMatch(/^rootLogger\.level = warn\n/)
    expect(text).toMatch(
      /\nlogger\.l0\.name = org\.example\.a\nlogger\.l0\.level = info\nlogger\.l1\.name = org\.example\.b\nlogger\.l1\.level = error\n$/,
    )
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  } finally {
    await rm(conf, { recursive: true })
  }
})
