import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { startS3Server } from '../../../test/support/s3-server.js'
import { putMetricData } from './cloudwatch.js'
import { METRICS, valuesOf, type ClusterFacts } from './names.js'
import { MetricSamples } from './samples.js'
import { dataPoints, STATISTICS } from './statistic.js'

const nodes = (count: number) => ({ nodes: count, vcpu: 4 * count, units: 2 * count })
const FACTS: ClusterFacts = {
  isIdle: false,
  core: { requested: nodes(3), running: nodes(2), pending: 1 },
  task: { requested: nodes(1), running: nodes(1), pending: 0 },
}
const SPARK = {
  workers: 3,
  lostWorkers: 1,
  memoryMiB: 4096,
  memoryUsedMiB: 1024,
  executors: 0,
  pendingExecutors: 5,
  runningApps: 0,
  pendingApps: 1,
  completedApps: 2,
  failedApps: 1,
  killedApps: 0,
}

describe('metrics', () => {
  test('what is not known is not there', () => {
    expect(valuesOf(FACTS)).toEqual({
      IsIdle: 0,
      CoreNodesRunning: 2,
      CoreNodesPending: 1,
      TaskNodesRunning: 1,
      TaskNodesPending: 0,
    })
    expect(Object.keys(valuesOf({ ...FACTS, spark: { ...SPARK, memoryMiB: 0 } }))).not.toContain(
      'YARNMemoryAvailablePercentage',
    )
  })

  test('ratios and sums are those of EMR', () => {
    expect(valuesOf({ ...FACTS, spark: SPARK, autoTerminationIdle: true })).toMatchObject({
      AppsSubmitted: 4,
      ContainerPendingRatio: 5,
      YARNMemoryAvailablePercentage: 75,
      MRTotalNodes: 4,
      MRLostNodes: 1,
      AutoTerminationIsClusterIdle: 1,
    })
  })

  test('managed scaling has eighteen, in the units of its policy', () => {
    const values = valuesOf({ ...FACTS, scaling: { units: 'units' } })
    expect(
      Object.keys(values).filter((name) => /Requested$|(Units|Nodes|VCPU)Running$/.test(name)),
    ).toHaveLength(18)
    expect(values).toMatchObject({
      TotalUnitsRequested: 8,
      TotalUnitsRunning: 6,
      CoreNodesRequested: 3,
      TaskVCPURunning: 4,
      CoreNodesRunning: 2,
    })
  })
})

test('the page lists every metric, with its unit', () => {
  const page = readFileSync('docs/emr-scaling.md', 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (\w+) +\|/gm)].map(([, name, unit]) => [
    name,
    unit,
  ])
  const scaled = /^(?:Total|Core|Task)(?:Units|Nodes|VCPU)(?:Requested|Running)$/
  const all = Object.entries(METRICS).map(([name, { unit }]) => [name, unit])
  expect(all).toEqual(expect.arrayContaining(rows))
  const rest = all.filter(([name = '']) => !rows.some(([row]) => row === name))
  expect(rest.filter(([name = '']) => !scaled.test(name))).toEqual([])
})

test('the samples of a cluster are bounded', () => {
  const samples = new MetricSamples()
  for (let i = 0; i < 4000; i++) samples.add('j-1', i * 1000, { IsIdle: i })
  expect(samples.of('j-1', 'IsIdle')).toHaveLength(3000)
  expect(samples.of('j-1', 'IsIdle')[0]).toEqual({ time: 1_000_000, value: 1000 })
  expect(samples.of('j-1', 'constructor')).toEqual([])
  samples.add('j-1', 4_000_000 + 24 * 3_600_000, { IsIdle: 7 })
  expect(samples.of('j-1', 'IsIdle')).toHaveLength(1)
})

test('every sample of the last periods is in one of them', () => {
  const sample = fc.record({ time: fc.nat(10_000), value: fc.integer({ min: -99, max: 99 }) })
  fc.assert(
    fc.property(fc.array(sample), fc.integer({ min: 1, max: 3000 }), (samples, period) => {
      const now = 9000
      const [total] = dataPoints(samples, 'SAMPLE_COUNT', 20_000, 1, now)
      const points = dataPoints(samples, 'SAMPLE_COUNT', period, Math.ceil(now / period) + 1, now)
      expect(points.reduce<number>((sum, point) => sum + (point ?? 0), 0)).toBe(total ?? 0)
      const [least, mean, most] = (['MINIMUM', 'AVERAGE', 'MAXIMUM'] as const).map(
        (statistic) => dataPoints(samples, statistic, 20_000, 1, now)[0] ?? 0,
      )
      expect(least).toBeLessThanOrEqual(mean!)
      expect(mean).toBeLessThanOrEqual(most!)
    }),
  )
  expect(STATISTICS.map((s) => dataPoints([{ time: 1, value: 7 }], s, 10, 1, 1)[0])).toEqual([
    1, 7, 7, 7, 7,
  ])
})

const server = await startS3Server()

describe.skipIf(!server)('CloudWatch', () => {
  afterAll(() => server?.stop())
  const identity = async () => ({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })

  test('it has each metric under its name, unit and cluster', async () => {
    const time = Date.now() - 60_000
    const values = valuesOf({ ...FACTS, spark: SPARK, scaling: { units: 'nodes' } })
    await putMetricData([{ cluster: 'j-1', time, values }], {
      endpoint: server!.endpoint,
      identity,
    })
    const form = new URLSearchParams({
      Action: 'ListMetrics',
      Version: '2010-08-01',
      Namespace: 'AWS/ElasticMapReduce',
    })
    const { signRequest } = await import('../../storage/aws-request.js')
    const url = new URL(server!.endpoint)
    const { credentials } = await identity()
    const contentType = 'application/x-www-form-urlencoded'
    const answer = await fetch(url, {
      method: 'POST',
      body: form.toString(),
      headers: signRequest({
        service: 'monitoring',
        region: 'us-east-1',
        method: 'POST',
        url,
        body: form.toString(),
        contentType,
        credentials,
        now: new Date(),
      }),
    })
    const text = await answer.text()
    const listed = [...text.matchAll(/<MetricName>(\w+)<\/MetricName>/g)].map(([, name]) => name)
    expect(listed.toSorted()).toEqual(Object.keys(values).toSorted())
    expect(text).toContain('<Value>j-1</Value>')
    expect(Object.keys(METRICS)).toEqual(expect.arrayContaining(listed))
  })

  test('a server that is not there is said so', async () => {
    await expect(
      putMetricData([{ cluster: 'j-1', time: 0, values: { IsIdle: 1 } }], {
        endpoint: 'http://127.0.0.1:9',
        identity,
      }),
    ).rejects.toThrow('cannot send metrics to 127.0.0.1:9')
  })
})
