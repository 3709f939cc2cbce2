import { createRandom, type Random } from './random.js'

export interface User {
  readonly name: string
  readonly id: string
  readonly keys: readonly string[]
}

export interface Role {
  readonly name: string
  readonly id: string
  readonly keys: readonly string[]
}

/** What one account holds. */
export interface Account {
  readonly id: string
  readonly users: readonly User[]
  readonly roles: readonly Role[]
  readonly instances: readonly string[]
  readonly buckets: readonly string[]
  readonly keys: readonly string[]
  readonly functions: readonly string[]
  readonly groups: readonly string[]
  readonly subnets: readonly string[]
  readonly vpcs: readonly string[]
  readonly logGroups: readonly string[]
}

/** The accounts of a made-up company and the addresses that call them. */
export interface World {
  readonly accounts: readonly Account[]
  /** The company's own offices. */
  readonly offices: readonly string[]
  /** Anybody else. */
  readonly elsewhere: readonly string[]
  readonly internal: readonly string[]
}

export const REGIONS = ['us-east-1', 'us-east-1', 'us-east-1', 'eu-west-1', 'us-west-2'] as const

const PEOPLE =
  'alice bruno chidi daria emeka farah goran hana ilya jonas keiko lena mateo nadia omar petra'.split(
    ' ',
  )
const MACHINES = ['ci-deploy', 'terraform', 'backup-svc', 'legacy-app']
const ROLES =
  'web-server batch-worker eks-node lambda-orders lambda-billing lambda-search AWSReservedSSO_Administrator AWSReservedSSO_ReadOnly deploy-from-git config-recorder monitoring cross-account-audit'.split(
    ' ',
  )
const PARTS = ['orders', 'billing', 'search', 'events', 'images', 'users']

/** Makes the company from a seed: addresses are of the ranges kept for documentation and tests. */
export function createWorld(seed: string, accountIds: readonly string[]): World {
  const random = createRandom(`world:${seed}`)
  const many = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i))
  return {
    accounts: accountIds.map((id) => createAccount(random, id, many)),
    offices: many(24, (i) => `203.0.113.${i + 1}`),
    elsewhere: many(
      1200,
      () => `198.${random.int(18, 20)}.${random.int(0, 256)}.${random.int(1, 255)}`,
    ),
    internal: many(400, () => `10.${random.int(0, 4)}.${random.int(0, 64)}.${random.int(4, 250)}`),
  }
}

function createAccount(
  random: Random,
  id: string,
  many: <T>(count: number, make: (i: number) => T) => T[],
): Account {
  const functions = ['api', 'ingest', 'notify', 'report'].flatMap((a) =>
    PARTS.map((p) => `${a}-${p}`),
  )
  return {
    id,
    users: [...PEOPLE, ...MACHINES].map((name) => ({
      name,
      id: random.id('AIDA'),
      keys: many(2, () => random.id('AKIA')),
    })),
    roles: ROLES.map((name) => ({
      name,
      id: random.id('AROA'),
      keys: many(20, () => random.id('ASIA')),
    })),
    instances: many(200, () => `i-0${random.hex(16)}`),
    buckets: ['raw', 'curated', 'assets', 'backup', 'tf-state'].map(
      (b) => `example-${id.slice(0, 4)}-${b}`,
    ),
    keys: many(20, () => random.uuid()),
    functions,
    groups: many(30, () => `sg-0${random.hex(16)}`),
    subnets: many(12, () => `subnet-0${random.hex(16)}`),
    vpcs: many(3, () => `vpc-0${random.hex(16)}`),
    logGroups: [...functions.map((f) => `/aws/lambda/${f}`), '/ecs/web', '/aws/eks/prod/cluster'],
  }
}
