import { createHash } from 'node:crypto'
import type { LakeContext } from '../../src/app/context.js'
import { column } from './delta.js'
import { addRows } from './lake.js'

const NARROW = [
  column('time', 'timestamp', true),
  column('event_day', 'date'),
  column('n', 'long', true),
  column('who', { struct: [column('id', 'string')] }),
  column('never', 'string'),
]
const WIDE = [
  ...NARROW.slice(0, 3),
  column('who', { struct: [column('id', 'string'), column('age', 'int')] }),
  column('never', 'string'),
  column('seen', { list: [column('at', 'timestamp')] }),
]

export interface Filling {
  readonly days: readonly (string | null)[]
  /** Of each day. */
  readonly files: number
  readonly rows: number
}

/** Days of January 2024, from the first on. */
export function january(days: number): string[] {
  return Array.from({ length: days }, (_, i) => `2024-01-${String(i + 1).padStart(2, '0')}`)
}

/**
 * Small files of a table `t`, whose times overlap and repeat from file to file; every second file has
 * the columns of an evolved table.
 */
export async function fillDays(
  context: LakeContext,
  { days, files, rows }: Filling,
): Promise<void> {
  for (let i = 0; i < files; i++) {
    for (const day of days) {
      const time =
        day === null
          ? 'NULL::TIMESTAMPTZ'
          : `TIMESTAMPTZ '${day} 00:00:00Z' + INTERVAL (r // 2 % 80000) SECOND`
      const who = i % 2 ? `{id: 'u' || r, age: ${i}::INT}` : `{id: 'u' || r}`
      const seen = i % 2 ? `, [{"at": TIMESTAMPTZ '2024-01-01 00:00:00Z'}] AS seen` : ''
      await addRows(context, {
        table: 't',
        columns: i % 2 ? WIDE : NARROW,
        day,
        select: `SELECT ${time} AS "time", (${i} * 1000000 + r)::BIGINT AS n, ${who} AS who${seen} FROM range(${rows}) q(r) ORDER BY "time"`,
      })
    }
  }
}

/** The data files of a table: day, statistics and a digest of their bytes, so rows in their order. */
export async function fileFacts(context: LakeContext, table = 't'): Promise<readonly string[]> {
  const snapshot = await context.lake.table(table).snapshot()
  const facts: string[] = []
  for (const file of (await snapshot?.files()) ?? []) {
    const bytes = await context.store.get(snapshot?.keyOf(file) ?? '')
    const digest = createHash('sha256').update(bytes).digest('hex')
    facts.push(
      JSON.stringify([file.partitionValues['event_day'], digest, file.size, file.statsText]),
    )
  }
  return facts.toSorted()
}

/** Names of the table's data files in the lake's store, whether or not its log names them. */
export async function storedFiles(context: LakeContext, table = 't'): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { key } of context.store.list(`tables/${table}/event_day=`)) names.push(key)
  return names
}
