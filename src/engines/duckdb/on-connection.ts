import type { DuckDBConnection } from '@duckdb/node-api'
import type { DuckDbEngine } from './open.js'

/** Uses a connection of its own, which is closed whatever happens. */
export async function onConnection<T>(
  engine: DuckDbEngine,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await engine.connect()
  try {
    return await use(connection)
  } finally {
    connection.closeSync()
  }
}
