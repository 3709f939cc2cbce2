import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.js'
import { openState, type State } from '../../state/state.js'
import { MetricSamples } from '../metrics/samples.js'
import { Alarms } from './alarms.js'
import { readAlarmRules, type AlarmRule } from './rules.js'
import { postWebhook } from './webhook.js'

const SECRET = 'a secret of twenty-two'
const MINUTE = 60_000
let folder: string
let hook: Server
let url: string
/** What the hook got, and what it answers. */
let got: { readonly headers: IncomingMessage['headers']; readonly body: string }[] = []
let answers: number[] = []

beforeAll(async () => {
  hook = createServer((request, response) => {
    void text(request).then((body) => {
      got.push({ headers: request.headers, body })
      const status = answers.shift() ?? 204
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end()
    })
  }).listen(0, '127.0.0.1')
  await once(hook, 'listening')
  url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`
})
afterAll(() => hook.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-alarms-'))
  got = []
  answers = []
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(yaml: string): string {
  const path = join(folder, 'alarms.yaml')
  writeFileSync(path, yaml)
  return path
}

const rule = (more = ''): string => `alarms:
  - name: waiting
    metric: ContainerPending
    comparison: GREATER_THAN
    threshold: 5
    period: 1m
${more}`

describe('rules', () => {
  test('a rule is read with its defaults', async () => {
    expect(await readAlarmRules(write(rule('    tags: {team: soc}')))).toEqual([
      {
        name: 'waiting',
        metric: 'ContainerPending',
        tags: { team: 'soc' },
        when: {
          statistic: 'AVERAGE',
          comparison: 'GREATER_THAN',
          threshold: 5,
          periodMs: MINUTE,
          evaluationPeriods: 1,
          datapointsToAlarm: 1,
          missingData: 'missing',
        },
      },
    ])
  })

  test.each([
    ['alarms: [', 'alarms.yaml:1:10'],
    ['alarms: 3', 'write alarms: with a list of rules'],
    ['alarm: []', 'unknown member "alarm"'],
    [rule('    treshold: 3'), 'rule 1: unknown member "treshold": did you mean "threshold"?'],
    [rule('    metric_: x'), 'unknown member'],
    [rule().replace('ContainerPending', 'ContainersPending'), 'did you mean "ContainerPending"?'],
    [rule().replace('threshold: 5', 'threshold: many'), 'threshold is to be a number'],
    [rule().replace('1m', '25h'), 'a day at most'],
    [rule().replace('1m', 'soon'), 'is no span of time'],
    [rule('    evaluation_periods: 0'), 'evaluation_periods is 0'],
    [rule('    datapoints_to_alarm: 2'), 'more than evaluation_periods'],
    [rule('    webhook: http://example.com/'), 'an https URL, or http on this machine'],
    [rule('    webhook: ftp://127.0.0.1/'), 'an https URL, or http on this machine'],
    [rule('    webhook: https://ada:secret@example.com/'), 'webhook has a password'],
    [rule('    secret_file: x'), 'secret_file without a webhook'],
    [rule('    webhook: https://example.com/\n    secret_file: none'), 'cannot read'],
    [rule(rule().slice('alarms:\n'.length)), 'two rules are named "waiting"'],
  ])('what is wrong is named: %#', async (yaml, message) => {
    const error = await readAlarmRules(write(yaml)).then(String, String)
    expect(error).toContain(message)
    expect(error).not.toContain('secret@')
  })

  test('the example of the page is a rule', async () => {
    const page = readFileSync('docs/emr-scaling.md', 'utf8')
    writeFileSync(join(folder, 'alarm-secret'), SECRET)
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
    expect(await readAlarmRules(write(yaml))).toMatchObject([
      { metric: 'ContainerPending', tags: { team: 'soc' }, webhook: { secret: SECRET } },
    ])
  })

  test('a secret that is short is refused, and not shown', async () => {
    writeFileSync(join(folder, 'secret'), 'hunter2')
    const path = write(rule('    webhook: https://example.com/\n    secret_file: secret'))
    const error = await readAlarmRules(path).then(String, String)
    expect(error).toContain('less than 16 characters')
    expect(error).not.toContain('hunter2')
  })
})

describe('alarms', () => {
  let state: State
  let samples: MetricSamples
  let time = 0
  let rules: readonly AlarmRule[]
  const open = (): Alarms =>
    new Alarms({
      rules,
      state,
      samples,
      now: () => time,
      send: (webhook, body) => postWebhook(webhook, body, { now: time }),
      logger: silentLogger,
    })
  const CLUSTERS = [{ id: 'j-1', name: 'one', tags: { team: 'soc' } }]
  const sample = (value: number): void => samples.add('j-1', time, { ContainerPending: value })

  beforeEach(async () => {
    writeFileSync(join(folder, 'secret'), `${SECRET}\n`)
    rules = await readAlarmRules(write(rule(`    webhook: ${url}\n    secret_file: secret`)))
    state = openState(join(folder, 'state.db'))
    samples = new MetricSamples()
    time = 1_000_000_000_000
  })
  afterEach(() => state.close())

  test('the webhook is told when an alarm begins and ends, signed, once', async () => {
    let alarms = open()
    const round = async (value: number): Promise<void> => {
      time += MINUTE
      sample(value)
      alarms.evaluate(CLUSTERS)
      await alarms.deliver()
    }
    await round(3)
    expect(alarms.list()).toMatchObject([{ state: 'OK', cluster: 'j-1' }])
    expect(got).toEqual([])
    await round(9)
    await round(9)
    expect(got).toHaveLength(1)
    const { headers, body } = got[0]!
    expect(JSON.parse(body)).toMatchObject({
      alarm: 'waiting',
      state: 'ALARM',
      previous_state: 'OK',
      value: 9,
      threshold: 5,
    })
    const [, seconds] = /^t=(\d+),/.exec(String(headers['x-headrig-signature']))!
    const mac = createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex')
    expect(headers['x-headrig-signature']).toBe(`t=${seconds},v1=${mac}`)

    // After a restart there are no samples: the state stays until they tell something else.
    samples = new MetricSamples()
    alarms = open()
    alarms.evaluate(CLUSTERS)
    await alarms.deliver()
    expect(alarms.list()).toMatchObject([{ state: 'ALARM' }])
    await round(9)
    expect(got).toHaveLength(1)
    await round(1)
    expect(got.map((message) => (JSON.parse(message.body) as { state: string }).state)).toEqual([
      'ALARM',
      'OK',
    ])
  })

  test('a message that is not taken waits, over a restart, and stays in order', async () => {
    answers = [500, 302, 200, 200]
    let alarms = open()
    for (const value of [9, 1]) {
      time += MINUTE
      sample(value)
      alarms.evaluate(CLUSTERS)
    }
    await alarms.deliver()
    await alarms.deliver()
    expect(got).toHaveLength(1)
    alarms = open()
    time += 5000
    await alarms.deliver()
    expect(got).toHaveLength(2)
    time += 10_000
    await alarms.deliver()
    await alarms.deliver()
    const bodies = got.map(({ body }) => JSON.parse(body) as { id: string; state: string })
    expect(bodies.map((body) => body.state)).toEqual(['ALARM', 'ALARM', 'ALARM', 'OK'])
    expect(new Set(bodies.map(({ id }) => id)).size).toBe(2)
    time += 24 * 60 * MINUTE
    await alarms.deliver()
    expect(got).toHaveLength(4)
  })

  test('a message is given up after a day', async () => {
    answers = Array.from({ length: 9 }, () => 503)
    const alarms = open()
    time += MINUTE
    sample(9)
    alarms.evaluate(CLUSTERS)
    await alarms.deliver()
    time += 25 * 60 * MINUTE
    await alarms.deliver()
    expect(got).toHaveLength(2)
    time += 60 * MINUTE
    await alarms.deliver()
    expect(got).toHaveLength(2)
  })

  test('a stop does not wait for who is told', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const stop = new AbortController()
    const sent = postWebhook({ url: `http://127.0.0.1:${port}/` }, '{}', {
      now: time,
      signal: stop.signal,
    })
    await once(silent, 'request')
    stop.abort(new Error('the server stops'))
    await expect(sent).rejects.toThrow('the server stops')
    silent.closeAllConnections()
    silent.close()
  })

  test('an alarm of a cluster that has ended ends with it', async () => {
    const alarms = open()
    time += MINUTE
    sample(9)
    alarms.evaluate(CLUSTERS)
    alarms.evaluate([])
    expect(alarms.list()).toEqual([])
    await alarms.deliver()
    await alarms.deliver()
    expect(got.map(({ body }) => (JSON.parse(body) as { state: string }).state)).toEqual([
      'ALARM',
      'INSUFFICIENT_DATA',
    ])
  })

  test('rules choose clusters by id and tags', () => {
    const [one] = rules
    rules = [
      { ...one!, name: 'a', tags: { team: 'soc' } },
      { ...one!, name: 'b', tags: { team: 'net' } },
      { ...one!, name: 'c', cluster: 'j-2' },
      { ...one!, name: 'd', tags: { toString: 'x' } },
    ]
    const alarms = open()
    alarms.evaluate([...CLUSTERS, { id: 'j-2', name: 'two', tags: {} }])
    expect(alarms.list().map(({ id }) => id)).toEqual(['a j-1', 'c j-2'])
  })
})
