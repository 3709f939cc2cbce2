// Runs one query over Parquet files in a fresh DuckDB, once to warm up and then as often as asked; prints the median
// time and the rows. The file holds {sql, times}.
import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'

const { sql, times } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
await connection.run(`SET TimeZone = 'UTC'`)
let rows = (await connection.runAndReadAll(sql)).getRowsJson()
const taken = []
for (let i = 0; i < times; i++) {
  const started = performance.now()
  rows = (await connection.runAndReadAll(sql)).getRowsJson()
  taken.push(performance.now() - started)
}
taken.sort((a, b) => a - b)
console.log(JSON.stringify({ seconds: (taken[times >> 1] ?? 0) / 1000, rows }))
