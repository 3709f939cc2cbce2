import { afterAll, describe, expect, test } from 'vitest'
import { ClusterSessions } from '../../src/emr/sessions/cluster-sessions.js'
import { SparkConnectSession } from '../../src/engines/spark/connect/session.js'
import { sharedSpark } from '../support/spark.js'

const spark = await sharedSpark()

describe.skipIf(!spark)('Spark Connect by a password of a session', { timeout: 120_000 }, () => {
  let now = 0
  const started: string[] = []
  const sessions = new ClusterSessions({
    port: 0,
    now: () => now,
    targetOf: async (cluster) => {
      started.push(cluster)
      return cluster === 'j-1'
        ? { host: spark!.host, port: spark!.port, token: spark!.token }
        : undefined
    },
  })
  afterAll(() => sessions.close())
  const connect = async (password: string): Promise<SparkConnectSession> => {
    const { port } = await sessions.open()
    return SparkConnectSession.connect({ url: `sc://127.0.0.1:${port}/;token=${password}` })
  }
  const rowsOf = async (session: SparkConnectSession, sql: string): Promise<unknown[][]> => {
    const rows: unknown[][] = []
    for await (const batch of (await session.sql(sql)).rows()) rows.push(...batch)
    return rows
  }

  test('answers as the cluster does: rows, many of them, and errors', async () => {
    const { password } = await sessions.issue('j-1')
    const session = await connect(password)
    expect(await rowsOf(session, 'SELECT count(*), sum(id) FROM range(1000)')).toEqual([
      [1000, 499_500],
    ])
    expect(
      await rowsOf(session, 'SELECT id, sha2(string(id), 256) FROM range(50000)'),
    ).toHaveLength(50_000)
    await expect(rowsOf(session, 'SELECT nothing')).rejects.toThrow('nothing')
    await session.close()
    expect(new Set(started)).toEqual(new Set(['j-1']))
  })

  test('nobody without one, after its hour, or for a cluster that is gone', async () => {
    const refused = async (password: string): Promise<void> => {
      const trying = connect(password).then((session) => rowsOf(session, 'SELECT 1'))
      await expect(trying).rejects.toMatchObject({ kind: 'unauthenticated' })
    }
    const good = await sessions.issue('j-1')
    const gone = await sessions.issue('j-2')
    await refused('')
    await refused(spark!.token)
    await refused('a'.repeat(43))
    await refused(gone.password)
    now = good.expires
    await refused(good.password)
  })
})
