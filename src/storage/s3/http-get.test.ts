import { once } from 'node:events'
import { Agent, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'
import { httpGet } from './http-get.js'

test('one signal ends dozens of GETs, of which it is told once', async () => {
  const warned = vi.fn<() => void>()
  process.on('warning', warned)
  // Answers the first half of what is asked, and begins to answer the rest.
  let asked = 0
  const server = createServer((_, answer) => {
    if (++asked <= 24) answer.end('all')
    else answer.writeHead(200, { 'content-length': 100 }).write('half')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agent = new Agent({ keepAlive: true })
  const end = new AbortController()
  try {
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const get = () =>
      httpGet({ url, path: '/', headers: {}, agent, timeoutMs: 30_000, signal: end.signal })
    const first = await Promise.all(Array.from({ length: 24 }, get))
    expect(first.map((a) => Buffer.from(a.body).toString())).toEqual(Array(24).fill('all'))
    const rest = Array.from({ length: 24 }, get)
    const reason = new Error('enough')
    setTimeout(() => end.abort(reason), 50)
    for (const outcome of await Promise.allSettled(rest))
      expect(outcome).toEqual({ status: 'rejected', reason })
    await expect(get()).rejects.toBe(reason)
    expect(warned).not.toHaveBeenCalled()
  } finally {
    process.off('warning', warned)
    agent.destroy()
    server.closeAllConnections()
    server.close()
  }
})
