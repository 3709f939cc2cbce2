import { expect, test } from 'vitest'
import { median, run } from './measure.js'

test('sees the memory and the time of a process and of its children', async () => {
  const work = `const b = Buffer.alloc(200 << 20, 1); const end = Date.now() + 300; while (Date.now() < end); console.log(b[0])`
  const alone = await run([process.execPath, '-e', work])
  expect(alone.stdout).toBe('1\n')
  expect(alone.peakRssBytes).toBeGreaterThan(200 << 20)
  expect(alone.peakRssBytes).toBeLessThan(400 << 20)
  expect(alone.cpuSeconds).toBeGreaterThan(0.15)
  expect(alone.seconds).toBeGreaterThan(0.3)
  const child = await run(['bash', '-c', `'${process.execPath}' -e '${work}'; true`])
  expect(child.peakRssBytes).toBeGreaterThan(200 << 20)
})

test('a command that fails is an error', async () => {
  await expect(run(['bash', '-c', 'echo no >&2; exit 3'])).rejects.toThrow('ended with 3: no')
})

test('the median', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])]).toEqual([2, 2.5, 7])
})
