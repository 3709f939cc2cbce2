/** What the master knows of one worker. */
export interface WorkerView {
  readonly host: string
  readonly port: number
  /** `ALIVE`, `DECOMMISSIONED`, `DEAD`, … in Spark's words. */
  readonly state: string
}

/** The workers of a standalone master, from its web interface; undefined while it does not answer. */
export async function askMaster(uiPort: number): Promise<readonly WorkerView[] | undefined> {
  const state = await masterState(uiPort)
  return state && workersOf(state)
}

/** What a master tells of itself at `/json/`; undefined while it does not answer. */
export async function masterState(
  uiPort: number,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await masterPage(uiPort, '/json/')
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>)
  } catch {
    return undefined
  }
}

/** A page of a master's web interface; undefined while it does not answer. */
export async function masterPage(uiPort: number, path: string): Promise<string | undefined> {
  try {
    const answer = await fetch(new URL(path, `http://127.0.0.1:${uiPort}`), {
      signal: AbortSignal.timeout(5000),
    })
    const text = await answer.text()
    return answer.ok ? text : undefined
  } catch {
    return undefined
  }
}

/** The workers that a master's state tells of. */
export function workersOf(state: Readonly<Record<string, unknown>>): readonly WorkerView[] {
  const workers = (state['workers'] ?? []) as readonly Record<string, unknown>[]
  return workers.map((worker) => ({
    host: String(worker['host']),
    port: Number(worker['port']),
    state: String(worker['state']),
  }))
}
