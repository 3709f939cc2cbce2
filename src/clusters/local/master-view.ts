/** What the master knows of one worker. */
export interface WorkerView {
  readonly host: string
  readonly port: number
  /** `ALIVE`, `DECOMMISSIONED`, `DEAD`, … in Spark's words. */
  readonly state: string
}

/** The workers of a standalone master, from its web interface; undefined while it does not answer. */
export async function askMaster(uiPort: number): Promise<readonly WorkerView[] | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${uiPort}/json/`, {
      signal: AbortSignal.timeout(5000),
    })
    if (!answer.ok) return undefined
    const { workers } = (await answer.json()) as { workers?: readonly Record<string, unknown>[] }
    return (workers ?? []).map((worker) => ({
      host: String(worker['host']),
      port: Number(worker['port']),
      state: String(worker['state']),
    }))
  } catch {
    return undefined
  }
}
