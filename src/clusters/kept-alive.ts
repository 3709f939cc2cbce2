/**
 * Does work while the process stays: what it waits for (children, time limits) does not keep Node from ending by
 * itself, silently.
 */
export async function keptAlive<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, 1000)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
