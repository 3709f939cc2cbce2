import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { mapLimit } from '../../core/concurrency.js'
import { type CloudTrailRecord, ordinaryRecord } from './cloudtrail-record.js'
import { createNetwork, FLOW_HEADER, flowLine, type Network } from './flow-lines.js'
import { incidents } from './incidents.js'
import { cloudTrailKey, flowLogKey } from './object-key.js'
import { createRandom, type Random } from './random.js'
import { createWorld, REGIONS, type World } from './world.js'

export interface DemoSize {
  readonly seed: string
  /** The first day, midnight UTC. */
  readonly start: Date
  readonly days: number
  readonly events: number
  readonly flows: number
}

/** A week of a small company with two accounts. */
export const DEMO_SIZE: DemoSize = {
  seed: 'headrig',
  start: new Date('2024-01-08T00:00:00Z'),
  days: 7,
  events: 30_000,
  flows: 200_000,
}

export interface WrittenLogs {
  readonly objects: number
  readonly events: number
  readonly flows: number
  readonly bytes: number
}

const zip = promisify(gzip)
const HOUR = 3_600_000
const ACCOUNTS = ['111122223333', '444455556666']

/**
 * Writes sample CloudTrail and VPC Flow Logs below `folder`, in the layout in which AWS delivers
 * them. The same size and seed give the same bytes.
 */
export async function writeDemoLogs(
  folder: string,
  size: DemoSize = DEMO_SIZE,
  signal?: AbortSignal,
): Promise<WrittenLogs> {
  const world = createWorld(size.seed, ACCOUNTS)
  const trail = cloudTrailObjects(world, size)
  const network = flowObjects(world, size)
  let bytes = 0
  await mapLimit([...trail.objects, ...network.objects], 4, async ({ key, text }) => {
    signal?.throwIfAborted()
    const body = await zip(text)
    bytes += body.byteLength
    const path = join(folder, key)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, body)
  })
  return {
    objects: trail.objects.length + network.objects.length,
    events: trail.events,
    flows: network.flows,
    bytes,
  }
}

interface LogObject {
  readonly key: string
  readonly text: string
}

function cloudTrailObjects(
  world: World,
  size: DemoSize,
): { readonly objects: LogObject[]; readonly events: number } {
  const random = createRandom(`trail:${size.seed}`)
  const start = size.start.getTime()
  const hours = new Map<
    string,
    { time: number; account: string; region: string; records: CloudTrailRecord[] }
  >()
  const put = (account: string, region: string, time: number, record: CloudTrailRecord): void => {
    const hour = Math.floor(time / HOUR) * HOUR
    const id = `${account} ${region} ${hour}`
    const object = hours.get(id) ?? { time: hour, account, region, records: [] }
    object.records.push(record)
    hours.set(id, object)
  }
  for (let i = 0; i < size.events; i++) {
    const account = random.pick(world.accounts)
    const region = random.pick(REGIONS)
    const time = start + Math.floor(random.next() * size.days * 24 * HOUR)
    put(account.id, region, time, ordinaryRecord(random, world, { account, region }, time))
  }
  const found = incidents(random, world, start)
  for (const { account, region, time, record } of found) put(account.id, region, time, record)
  const objects = [...hours.values()].map(({ time, account, region, records }) => ({
    key: cloudTrailKey(account, region, time, time + HOUR, random.id('')),
    text: JSON.stringify({ Records: records }),
  }))
  return { objects, events: size.events + found.length }
}

function flowObjects(
  world: World,
  size: DemoSize,
): { readonly objects: LogObject[]; readonly flows: number } {
  const random = createRandom(`flow:${size.seed}`)
  const windows = size.days * 4
  const perWindow = Math.floor(size.flows / (windows * world.accounts.length))
  const objects: LogObject[] = []
  let flows = 0
  for (const [index, { id: account }] of world.accounts.entries()) {
    const network = createNetwork(random, 60, 2000)
    for (let w = 0; w < windows; w++) {
      const time = size.start.getTime() + w * 6 * HOUR
      const from = time / 1000
      const lines = Array.from({ length: perWindow }, (_, i) =>
        flowLine(random, network, account, from + Math.floor((i * 6 * 3600) / perWindow)),
      )
      if (index === 0 && w === BREAK_IN_WINDOW)
        lines.push(...breakIn(random, network, account, from))
      flows += lines.length
      const key = flowLogKey(account, 'us-east-1', time, random.hex(8))
      objects.push({ key, text: `${[FLOW_HEADER, ...lines].join('\n')}\n` })
    }
  }
  return { objects, flows }
}

/** After the port was opened: the night of the fifth day. */
const BREAK_IN_WINDOW = 16

function breakIn(random: Random, network: Network, account: string, from: number): string[] {
  const host = network.hosts[3]
  if (!host) return []
  return Array.from({ length: 4000 }, (_, i) => {
    const start = from + 4800 + i * 4
    return `2 ${account} ${host.eni} 198.51.100.77 ${host.ip} ${random.int(1025, 65_536)} 22 6 ${random.int(9, 40)} ${random.int(900, 9000)} ${start} ${start + 3} ACCEPT OK`
  })
}
