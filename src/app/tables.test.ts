import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addRows, testContext } from '../../test/support/lake.js'
import { cloudtrail } from '../formats/aws/cloudtrail.js'
import { tableColumns } from '../formats/table-schema.js'
import type { LakeContext } from './context.js'
import { describeTable, listTables } from './tables.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-tables-'))
let context: LakeContext
beforeAll(async () => {
  context = await testContext(join(root, 'lake'), { memory: '512MiB', threads: '2' })
  const columns = tableColumns(cloudtrail)
  for (const [day, time] of [
    ['2024-01-16', '2024-01-16 10:00:00.25Z'],
    ['2024-01-15', '2024-01-15 09:00:00Z'],
  ] as const) {
    await addRows(context, {
      table: 'aws_cloudtrail',
      columns,
      day,
      select: `SELECT TIMESTAMPTZ '${time}' AS time, 'x' AS event_name, {'arn': 'a'} AS user_identity FROM range(3)`,
    })
  }
})
afterAll(async () => {
  await context.close()
  rmSync(root, { recursive: true, force: true })
})

describe('listTables', () => {
  it('tells rows, files, bytes and the range of time', async () => {
    const [table, more] = await listTables(context)
    expect(more).toBeUndefined()
    expect(table).toMatchObject({
      name: 'aws_cloudtrail',
      title: 'AWS CloudTrail',
      rows: 6,
      files: 2,
      min_time: '2024-01-15T09:00:00Z',
      max_time: '2024-01-16T10:00:00.25Z',
      version: 1,
    })
    expect(table!.bytes).toBeGreaterThan(500)
  })

  it('needs a lake', async () => {
    const none = await testContext(join(root, 'none'))
    await expect(listTables(none)).rejects.toMatchObject({ kind: 'not-found' })
    await none.close()
  })
})

describe('describeTable', () => {
  it('tells each column and field with its meaning', async () => {
    const columns = await describeTable('aws_cloudtrail', context)
    const byName = new Map(columns.map((c) => [c.name, c]))
    expect(byName.get('time')).toEqual({
      name: 'time',
      type: 'timestamp',
      hot: true,
      meaning: 'When it happened, from the log, in UTC.',
    })
    expect(byName.get('user_identity')?.type).toBe('struct')
    expect(byName.get('user_identity.session_context.session_issuer.arn')).toMatchObject({
      type: 'string',
      hot: false,
      meaning: 'The ARN of the issuer.',
    })
    expect(byName.get('resources[].arn')?.meaning).toBe('The ARN of the resource.')
  })

  it('knows log types that were not collected, and other spellings', async () => {
    const columns = await describeTable('vpc_flow_logs', context)
    expect(columns.map((c) => c.name)).toContain('srcaddr')
  })

  it('suggests the likely name', async () => {
    await expect(describeTable('aws_cloudtrial', context)).rejects.toMatchObject({
      kind: 'not-found',
      message: 'there is no table "aws_cloudtrial": did you mean "aws_cloudtrail"?',
    })
  })
})
