/** What becomes of work that takes too long. */
export interface TimeLimit {
  readonly ms: number
  /** Told then; what it gives is thrown. */
  readonly late: () => Error
  /** Told of what the work throws later, when nobody waits for it any more. */
  readonly failedLate: (error: unknown) => void
}

/** Waits for work, but not for ever. */
export function withinTime<T>(work: Promise<T>, { ms, late, failedLate }: TimeLimit): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      reject(late())
    }, ms)
    work.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        if (isLate) failedLate(error)
        else reject(error as Error)
      },
    )
  })
}
