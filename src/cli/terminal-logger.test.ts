import { expect, test } from 'vitest'
import { terminalLogger } from './terminal-logger.js'

const logged = (level: 'debug' | 'info' | 'warn'): string => {
  let text = ''
  const logger = terminalLogger(level, (line) => {
    text += line
  })
  logger.debug('read', { uri: 's3://a/b', rows: 3, took: 1.5, note: 'two words', big: 7n })
  logger.info('collected')
  logger.warn('retried', { error: new Error('no "answer"'), left: undefined })
  return text
}

test('levels', () => {
  expect(logged('warn')).toBe('warning: retried error="no \\"answer\\"" left=undefined\n')
  expect(logged('info')).toBe(`collected\n${logged('warn')}`)
  expect(logged('debug')).toBe(
    `debug: read uri=s3://a/b rows=3 took=1.5 note="two words" big=7\n${logged('info')}`,
  )
})
