// Commits to a table as writers that know nothing of each other, and prints how long each commit took:
// `commit-log.ts <lake uri> <temp folder> <name> <writers> <commits of each>`.
import { openBenchEngine, openBenchLake } from './lake.js'
import { COLUMNS, fileAction } from './files.js'
import { createTableActions } from '../../src/lake/create.js'

const [uri = '', temp = '', name = '', writers, commits] = process.argv.slice(2)
const { engine, close } = await openBenchEngine(temp)
const of = Number(writers) * Number(commits)
let built = 0

async function write(writer: number): Promise<number[]> {
  const table = openBenchLake(uri, engine).table('aws_cloudtrail')
  const took: number[] = []
  for (let i = 0; i < Number(commits); i++) {
    const start = performance.now()
    const outcome = await table.commit({
      operation: 'WRITE',
      txn: { appId: `${name}-${writer}`, version: i },
      build: async (snapshot) => {
        built++
        return [
          ...(snapshot ? [] : createTableActions(COLUMNS, ['event_day'])),
          fileAction(writer * Number(commits) + i, of, name),
        ]
      },
    })
    if (!outcome.committed) throw new Error(`commit ${i} of ${name}-${writer} was not made`)
    took.push(performance.now() - start)
  }
  return took
}

const start = performance.now()
const all = await Promise.all(Array.from({ length: Number(writers) }, (_, w) => write(w)))
const seconds = (performance.now() - start) / 1000
console.log(JSON.stringify({ took: all.flat(), lost: built - of, seconds }))
close()
