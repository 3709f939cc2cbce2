import { rmSync } from 'node:fs'
import type { DuckDbEngine } from '../../src/engines/duckdb/open.js'
import { checkpointIo } from '../../src/engines/duckdb/checkpoint-io.js'
import { openDuckDb } from '../../src/engines/duckdb/open.js'
import { openLake, type Lake } from '../../src/lake/lake.js'
import { openStore } from '../../src/storage/open.js'

/** An engine of this process, with no more memory than `headrig` gives it. */
export async function openBenchEngine(
  temp: string,
): Promise<{ readonly engine: DuckDbEngine; readonly close: () => void }> {
  const memoryLimitBytes = 512 * 2 ** 20
  const engine = await openDuckDb({ memoryLimitBytes, threads: 2, tempFolder: temp })
  return {
    engine,
    close() {
      engine.close()
      rmSync(temp, { recursive: true, force: true })
    },
  }
}

/** A lake as another process would see it: nothing is known of it yet. */
export function openBenchLake(uri: string, engine: DuckDbEngine): Lake {
  const { AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: region } = process.env
  const store = openStore(uri, { endpoint, region, pathStyle: endpoint !== undefined })
  return openLake(
    store,
    checkpointIo(async () => engine),
  )
}
