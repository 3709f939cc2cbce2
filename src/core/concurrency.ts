/**
 * Maps items with at most `limit` calls under way; results keep the order of the items. The first
 * error wins: no further call is started and it is thrown once the calls under way have settled.
 * @example await mapLimit([1, 2, 3], 2, async (n) => n * 2) // [2, 4, 6]
 */
export async function mapLimit<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = Array.from({ length: items.length })
  let next = 0
  let failed: { error: unknown } | undefined
  const lane = async (): Promise<void> => {
    while (!failed && next < items.length) {
      const index = next++
      try {
        results[index] = await map(items[index] as T, index)
      } catch (error) {
        failed ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane))
  if (failed) throw failed.error
  return results
}

/** Waits, unless the signal ends the wait first, in which case its reason is thrown. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Has the next value made while the one before is worked on: two of them are held at most. */
export async function* ahead<T>(values: AsyncIterable<T>): AsyncGenerator<T> {
  const source = values[Symbol.asyncIterator]()
  let next = source.next()
  try {
    for (let made = await next; !made.done; made = await next) {
      next = source.next()
      // Seen when its turn comes; until then it must not count as unhandled.
      next.catch(() => undefined)
      yield made.value
    }
  } finally {
    // Not waited for: a value that nobody wants any more may take long to come.
    void source.return?.().catch(() => undefined)
  }
}
