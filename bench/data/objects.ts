import { ordinaryRecord } from '../../src/app/demo/cloudtrail-record.js'
import {
  createNetwork,
  FLOW_HEADER,
  flowLine,
  type Network,
} from '../../src/app/demo/flow-lines.js'
import { cloudTrailKey, flowLogKey } from '../../src/app/demo/object-key.js'
import { createRandom, type Random } from '../../src/app/demo/random.js'
import { createWorld, REGIONS, type World } from '../../src/app/demo/world.js'
import type { Dataset } from './datasets.js'
import { trailsOf } from './sizes.js'

const ACCOUNTS = [1, 2, 3, 4, 5, 6].map((n) => String(n).repeat(12))
const START = Date.UTC(2024, 0, 1)
const FIVE_MINUTES = 300_000

export interface GeneratedObject {
  readonly key: string
  readonly text: string
}

/** Makes object `index` of a set: the same whoever makes it. */
type MakeObject = (index: number) => GeneratedObject

export function objectMaker(set: Dataset, sizes: readonly number[]): MakeObject {
  return set.kind === 'flow' ? flowMaker(set, sizes) : trailMaker(set, sizes)
}

function trailMaker(set: Dataset, sizes: readonly number[]): MakeObject {
  const world = createWorld('bench', ACCOUNTS)
  const family = set.id.replace(/-(?:unknown|trails|replays)$/, '')
  const original = (index: number): Original =>
    trailObject(createRandom(`${family}:${index}`), world, set, sizes[index] ?? 0)
  const trails = trailsOf(set)
  return (index) => {
    const copy = index - trails.twice - trails.once
    if (set.secondTrail && copy >= 0)
      return secondTrail(original(copy >> 1), sizes[index] ?? 0, copy)
    const { key, records } = original(index)
    if (set.unknown) addUnknown(createRandom(`unknown:${index}`), records, set.unknown)
    if (set.replayed) {
      const copies = Math.round(records.length * set.replayed)
      const from = donor(sizes, index, copies / (1 - set.replayed))
      if (from !== undefined) records.splice(0, copies, ...original(from).records.slice(-copies))
    }
    return { key, text: JSON.stringify({ Records: records }) }
  }
}

interface Original {
  readonly key: string
  readonly account: string
  readonly region: string
  /** Milliseconds. */
  readonly start: number
  readonly records: object[]
}

/** One of the two pieces in which a second trail delivers an object: the first on time, the second late. */
function secondTrail(of: Original, size: number, copy: number): GeneratedObject {
  const late = copy % 2
  const records = late ? of.records.slice(-size) : of.records.slice(0, size)
  const delivered = of.start + FIVE_MINUTES * (1 + late)
  const unique = createRandom(`copy:${copy}`).id('')
  const key = cloudTrailKey(of.account, of.region, of.start, delivered, unique)
  return { key: `organization/${key}`, text: JSON.stringify({ Records: records }) }
}

/** An object before this one with so many records: its tail is given away, its head may be a copy. */
function donor(sizes: readonly number[], index: number, least: number): number | undefined {
  for (let i = index - 1; i >= 0; i--) if ((sizes[i] ?? 0) >= least) return i
  return undefined
}

function trailObject(random: Random, world: World, set: Dataset, size: number): Original {
  const account = random.pick(world.accounts)
  const region = random.pick(REGIONS)
  const start = START + FIVE_MINUTES * random.int(0, set.days * 288)
  const times = Array.from({ length: size }, () => random.int(0, 300)).toSorted((a, b) => a - b)
  const place = { account, region }
  const records = times.map((s) => ordinaryRecord(random, world, place, start + s * 1000))
  const delivered = start + FIVE_MINUTES
  const key = cloudTrailKey(account.id, region, start, delivered, random.id(''))
  return { key, account: account.id, region, start, records }
}

function addUnknown(random: Random, records: object[], share: number): void {
  for (const record of records as Record<string, unknown>[]) {
    if (!random.chance(share)) continue
    record['riskScore'] = { value: random.int(0, 100), model: 'v2' }
    const identity = record['userIdentity']
    if (typeof identity === 'object' && identity !== null) {
      record['userIdentity'] = { ...identity, deviceId: random.hex(12) }
    }
  }
}

function flowMaker(set: Dataset, sizes: readonly number[]): MakeObject {
  const networks = ACCOUNTS.slice(0, 4).map((account): [string, Network] => [
    account,
    createNetwork(createRandom(`network:${account}`), 150, 15_000),
  ])
  return (index) => {
    const size = sizes[index] ?? 0
    const random = createRandom(`${set.id}:${index}`)
    const [account, network] = networks[index % networks.length] as [string, Network]
    const start = START + FIVE_MINUTES * random.int(0, set.days * 288)
    const lines = [FLOW_HEADER]
    for (let i = 0; i < size; i++) {
      const second = start / 1000 + Math.floor((i * 300) / size)
      lines.push(flowLine(random, network, account, second))
    }
    const region = random.pick(REGIONS)
    return {
      key: flowLogKey(account, region, start, random.hex(8)),
      text: `${lines.join('\n')}\n`,
    }
  }
}
