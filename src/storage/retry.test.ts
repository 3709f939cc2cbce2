import { describe, expect, test } from 'vitest'
import { HeadrigError } from '../core/errors.js'
import { storeConformance } from './conformance.js'
import { withFaults, type Fault, type FaultRule } from './faults.js'
import { memoryStore } from './memory.js'
import { withRetry } from './retry.js'
import type { ByteStore } from './store.js'

const fast = { baseMs: 1, maxMs: 2 }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const failing = (rule: FaultRule, store: ByteStore = memoryStore()) => {
  const retries: string[] = []
  const onRetry = ({ operation, attempt }: { operation: string; attempt: number }): void =>
    void retries.push(`${operation} ${attempt}`)
  return { inner: store, retries, store: withRetry(withFaults(store, rule), { ...fast, onRetry }) }
}
const first =
  (times: number, fault: Fault): FaultRule =>
  ({ nth }) =>
    nth <= times ? fault : undefined

describe('a store with retries', () => {
  const flaky: Fault[] = [
    { kind: 'error-500' },
    { kind: 'slow-down' },
    { kind: 'reset' },
    { kind: 'short-body' },
    { kind: 'slow', ms: 1 },
  ]
  const make = async () => {
    const rule: FaultRule = ({ nth }) => (nth % 2 === 1 ? flaky[nth % flaky.length] : undefined)
    return { store: failing(rule).store }
  }
  test.each(storeConformance('memory that fails', make))('$title', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  test('gives up after its attempts, with the last error', async () => {
    const { store, retries } = failing(first(99, { kind: 'slow-down' }))
    await expect(store.get('a')).rejects.toMatchObject({ kind: 'unavailable', message: /SlowDown/ })
    expect(retries).toEqual(['get 1', 'get 2', 'get 3', 'get 4', 'get 5'])
  })

  test('does not repeat what cannot get better', async () => {
    const { store, retries } = failing(() => undefined)
    await expect(store.get('none')).rejects.toMatchObject({ kind: 'not-found' })
    await expect(store.put('../x', bytes(''))).rejects.toMatchObject({ kind: 'invalid' })
    expect(retries).toEqual([])
  })

  test('knows its own object when the answer to putIfAbsent was lost', async () => {
    const { store, inner, retries } = failing(({ operation, nth }) =>
      operation === 'putIfAbsent' && nth === 1 ? { kind: 'lost-reply' } : undefined,
    )
    expect(await store.putIfAbsent('log/1', bytes('mine'))).toBe(true)
    expect(retries).toEqual(['putIfAbsent 1'])
    expect(await inner.get('log/1')).toEqual(bytes('mine'))
  })

  test('does not take the object of another for its own', async () => {
    const { store, inner } = failing(({ operation, nth }) =>
      operation === 'putIfAbsent' && nth === 1 ? { kind: 'reset' } : undefined,
    )
    await inner.put('log/1', bytes('theirs'))
    expect(await store.putIfAbsent('log/1', bytes('mine!!'))).toBe(false)
    expect(await inner.get('log/1')).toEqual(bytes('theirs'))
  })

  test('says false for equal bytes of another when nothing failed', async () => {
    const { store, inner } = failing(() => undefined)
    await inner.put('log/1', bytes('same'))
    expect(await store.putIfAbsent('log/1', bytes('same'))).toBe(false)
  })

  test('goes on with a listing where it broke off', async () => {
    const { store, inner, retries } = failing(({ operation }) =>
      operation === 'list' ? { kind: 'reset' } : undefined,
    )
    const names = Array.from({ length: 20 }, (_, i) => `k${String(i).padStart(2, '0')}`)
    for (const name of names) await inner.put(name, bytes(name))
    const listed: string[] = []
    for await (const { key } of store.list('k')) listed.push(key)
    expect(listed).toEqual(names)
    expect(retries).toHaveLength(20)
  })

  test('stops waiting when it is told to', async () => {
    const reason = new HeadrigError('invalid', 'stopped')
    const controller = new AbortController()
    const inner = withFaults(memoryStore(), first(99, { kind: 'reset' }))
    const slow = { baseMs: 60_000, maxMs: 60_000, signal: controller.signal }
    const pending = withRetry(inner, slow).put('a', bytes('x'))
    controller.abort(reason)
    await expect(pending).rejects.toBe(reason)
    const one = withRetry(inner, { ...slow, signal: new AbortController().signal })
    await expect(one.get('a', { signal: controller.signal })).rejects.toBe(reason)
  })
})
