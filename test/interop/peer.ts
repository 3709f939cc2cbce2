import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./peer.py', import.meta.url))

/** A row as any of the engines gives it, values as JSON. */
export type Row = Readonly<Record<string, unknown>>

/** Spark and delta-rs in one process, which lives until it is stopped. */
export interface Peer {
  /** Runs one statement in Spark. */
  spark(sql: string): Promise<Row[]>
  /** Calls a method of the script's `DeltaRs`. */
  rs<T>(method: string, ...args: readonly unknown[]): Promise<T>
  stop(): Promise<void>
}

export function startPeer(python: string, jars: readonly string[], folder: string): Peer {
  const child = spawn(python, [SCRIPT], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: folder,
    env: { ...process.env, TZ: 'UTC', SPARK_LOCAL_IP: '127.0.0.1', PYSPARK_PYTHON: python },
  })
  let log = ''
  child.stderr.on('data', (text: Buffer) => (log = `${log}${text.toString()}`.slice(-4000)))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let turn: Promise<unknown> = Promise.resolve()
  const ask = (request: object): Promise<unknown> => {
    const answer = turn.then(async () => {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      const { value, done } = (await lines.next()) as { value?: string; done?: boolean }
      if (done || value === undefined) throw new Error(`the peer process ended: ${log}`)
      const reply = JSON.parse(value) as { result?: unknown; error?: string }
      if (reply.error !== undefined) throw new Error(reply.error)
      return reply.result
    })
    turn = answer.catch(() => undefined)
    return answer
  }
  return {
    spark: (sql) =>
      ask({ peer: 'spark', method: 'sql', arguments: [sql], jars, folder }) as Promise<Row[]>,
    rs: <T>(method: string, ...args: readonly unknown[]) =>
      ask({ peer: 'rs', method, arguments: args }) as Promise<T>,
    async stop() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}
