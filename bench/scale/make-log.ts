// Makes a table's log of many files: a checkpoint, and nine commits after it: `make-log.ts <lake> <files>`.
import type { Action } from '../../src/lake/actions.js'
import { checkpointIo } from '../../src/engines/duckdb/checkpoint-io.js'
import { createTableActions } from '../../src/lake/create.js'
import { COLUMNS, fileAction } from './files.js'
import { openBenchEngine, openBenchLake } from './lake.js'

const [folder = '', count] = process.argv.slice(2)
const files = Number(count)
const TAIL = 9
const EACH = Math.min(100, files / 100)
const VERSION = 1000
const held = files - TAIL * EACH
const { engine, close } = await openBenchEngine(`${folder}-temp`)
const lake = openBenchLake(folder, engine)

function* actions(): Iterable<Action> {
  yield* createTableActions(COLUMNS, ['event_day'])
  for (let i = 0; i < held; i++) yield fileAction(i, files)
}

const { path } = await checkpointIo(async () => engine).write({
  actions: actions(),
  from: [],
  removedAfter: 0,
  statsColumns: COLUMNS.filter((c) => c.hot),
  partitionColumns: COLUMNS.filter((c) => c.name === 'event_day'),
})
const log = 'tables/aws_cloudtrail/_delta_log/'
await lake.store.putFile(`${log}${String(VERSION).padStart(20, '0')}.checkpoint.parquet`, path)
const pointer = JSON.stringify({ version: VERSION, size: held + 2 })
await lake.store.put(`${log}_last_checkpoint`, Buffer.from(pointer))
const table = lake.table('aws_cloudtrail')
for (let i = held; i < files; i += EACH) {
  await table.commit({
    operation: 'WRITE',
    build: async () => Array.from({ length: EACH }, (_, n) => fileAction(i + n, files)),
  })
}
close()
