// Loads a snapshot and plans a query over it, twice: `load-log.ts <lake uri> <temp folder>`.
import { openBenchEngine, openBenchLake } from './lake.js'

const [uri = '', temp = ''] = process.argv.slice(2)
const { engine, close } = await openBenchEngine(temp)
const table = openBenchLake(uri, engine).table('aws_cloudtrail')
const hour = [
  { column: 'time', op: '>=', values: ['2024-02-15T10:00:00Z'] },
  { column: 'time', op: '<', values: ['2024-02-15T11:00:00Z'] },
] as const
const day = { column: 'event_day', op: '=', values: ['2024-02-15'] } as const

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const start = performance.now()
  const result = await work()
  return [result, (performance.now() - start) / 1000]
}

const [snapshot, load] = await timed(() => table.snapshot())
if (!snapshot) throw new Error(`no table in ${uri}`)
const [kept, plan] = await timed(() => snapshot.files([day, ...hour]))
const [totals, count] = await timed(() => snapshot.totals())
const [, loadAgain] = await timed(() => table.snapshot())
const [keptByTime, planByTime] = await timed(() => snapshot.files(hour))
if (kept.length !== keptByTime.length || (kept.length === 0 && totals.files >= 10_000)) {
  throw new Error(`${kept.length} and ${keptByTime.length} files kept`)
}
const facts = { files: totals.files, kept: kept.length, load, plan, count, loadAgain, planByTime }
console.log(JSON.stringify(facts))
close()
