import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Run, run } from './measure.js'

const PEER = fileURLToPath(new URL('../peers/duckdb.mjs', import.meta.url))

/** Runs SQL in a DuckDB of its own process, with DuckDB's own defaults but for the threads. */
export function duckdb(sql: string, file: string): Promise<Run> {
  writeFileSync(file, sql)
  return run([process.execPath, PEER, file])
}
