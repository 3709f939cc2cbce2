import assert from 'node:assert/strict'
import { isKind, type ErrorKind } from '../core/errors.js'

/** Rejects unless the action fails with this kind of error. */
export async function assertKind(
  kind: ErrorKind,
  action: () => Promise<unknown>,
  part = '',
): Promise<void> {
  await assert.rejects(
    async () => action(),
    (error: unknown) => {
      assert.ok(isKind(error, kind), `${kind} expected, got ${String(error)}`)
      assert.ok(error.message.includes(part), error.message)
      return true
    },
  )
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

export async function keys(objects: AsyncIterable<{ readonly key: string }>): Promise<string[]> {
  return (await all(objects)).map(({ key }) => key)
}

export function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content)
}

export function text(content: Uint8Array): string {
  return new TextDecoder().decode(content)
}
