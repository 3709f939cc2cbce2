// Runs the statements of a file in a fresh DuckDB and prints the last result as JSON.
import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'

const [file = ''] = process.argv.slice(2)
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
let result
for (const statement of readFileSync(file, 'utf8').split(/;\s*$/m)) {
  if (statement.trim() !== '') result = await connection.runAndReadAll(statement)
}
console.log(JSON.stringify(result?.getRowsJson().slice(0, 5)))
