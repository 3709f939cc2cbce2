import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '../wire/service.js'
import { emrService } from './index.js'
import { openTestEmr, type TestEmr } from './test-support.js'

let emr: TestEmr
beforeAll(async () => {
  emr = await openTestEmr()
})
afterAll(() => emr.close())

const call = (name: string, input: JsonObject): Promise<JsonObject> => emr.call(name, input)

test('every operation of the model is done, or is refused with a reason', () => {
  const { operations, unsupported, model } = emrService(emr.emr.context)
  const known = [...Object.keys(operations), ...Object.keys(unsupported)]
  expect(known.toSorted()).toEqual(Object.keys(model.operations).toSorted())
})

test('the documents have every operation, and why one is not there', () => {
  const { operations, unsupported } = emrService(emr.emr.context)
  const rows = [
    ...readFileSync('docs/emr.md', 'utf8').matchAll(/^\| `([A-Z]\w+)` +\| (.+?) +\|$/gm),
  ]
    .map(([, name, said]) => [name, said] as const)
    .filter(([, said]) => said === 'yes' || said!.startsWith('not here: '))
  expect(Object.fromEntries(rows)).toEqual({
    ...Object.fromEntries(Object.keys(operations).map((name) => [name, 'yes'])),
    ...Object.fromEntries(
      Object.entries(unsupported).map(([name, why]) => [name, `not here: ${why}`]),
    ),
  })
})

test('releases are listed by prefix and application, in pages', async () => {
  expect(await call('ListReleaseLabels', { Filters: { Prefix: 'emr-7' } })).toEqual({
    ReleaseLabels: ['emr-7.12.0', 'emr-7.5.0', 'emr-7.0.0'],
  })
  expect(await call('ListReleaseLabels', { Filters: { Application: 'Flink' } })).toEqual({
    ReleaseLabels: [],
  })
  const { ReleaseLabels, NextToken } = await call('ListReleaseLabels', { MaxResults: 5 })
  const next = await call('ListReleaseLabels', { MaxResults: 5, NextToken: NextToken! })
  expect([ReleaseLabels, next['ReleaseLabels']].flat()).toHaveLength(8)
  expect(next['NextToken']).toBeUndefined()
  await expect(
    call('ListReleaseLabels', { Filters: { Prefix: 'emr-6' }, NextToken: NextToken! }),
  ).rejects.toThrow('Marker is not valid')
})

test('a release tells what really runs', async () => {
  expect(await call('DescribeReleaseLabel', { ReleaseLabel: 'emr-6.3.1' })).toMatchObject({
    ReleaseLabel: 'emr-6.3.1',
    Applications: [{ Name: 'Hadoop' }, { Name: 'Hive' }, { Name: 'Spark', Version: '4.2.0' }],
  })
  await expect(call('DescribeReleaseLabel', { ReleaseLabel: 'emr-4.9.0' })).rejects.toThrow(
    'emr-4.9.0 is not valid',
  )
})

test('instance types are listed in pages', async () => {
  const types: unknown[] = []
  let marker: string | undefined
  do {
    const page = await call('ListSupportedInstanceTypes', {
      ReleaseLabel: 'emr-7.0.0',
      ...(marker && { Marker: marker }),
    })
    types.push(...(page['SupportedInstanceTypes'] as JsonObject[]).map(({ Type }) => Type))
    marker = page['Marker'] as string | undefined
  } while (marker !== undefined)
  expect(new Set(types).size).toBe(40)
  expect(types).toContain('m5.xlarge')
})
