import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../wire/service.js'
import type { ClusterDocument } from '../cluster/documents.js'
import { fleetsFrom } from '../fleets/config.js'
import { putFleet } from '../fleets/arrange.js'
import { openTestEmr, type TestEmr } from '../test-support.js'

let server: TestEmr
beforeEach(async () => {
  server = await openTestEmr()
})
afterEach(() => server.close())

const type = (InstanceType: string, more: JsonObject = {}): JsonObject => ({
  InstanceType,
  ...more,
})
const FLEETS = [
  {
    InstanceFleetType: 'MASTER',
    TargetOnDemandCapacity: 1,
    InstanceTypeConfigs: [type('m5.xlarge')],
  },
  {
    InstanceFleetType: 'CORE',
    TargetOnDemandCapacity: 4,
    TargetSpotCapacity: 1,
    InstanceTypeConfigs: [
      type('m5.2xlarge', { WeightedCapacity: 3 }),
      type('m5.xlarge', { WeightedCapacity: 1, BidPrice: '0.1' }),
    ],
  },
] as const

function put(more: Partial<ClusterDocument> = {}): string {
  const { documents, life } = server.emr.context
  const { id } = documents.putCluster({
    id: 'j-1ABCDEFGHIJKL',
    order: 1,
    name: 'test',
    state: 'STARTING',
    timeline: { created: Date.now() },
    collection: 'INSTANCE_FLEET',
    releaseLabel: 'emr-7.0.0',
    keepAlive: true,
    terminationProtected: false,
    unhealthyNodeReplacement: false,
    visibleToAllUsers: true,
    stepConcurrency: 1,
    bootstrapActions: [],
    tags: {},
    shown: {},
    ...more,
  })
  if (more.collection !== 'INSTANCE_GROUP')
    for (const spec of fleetsFrom({ InstanceFleets: FLEETS }))
      putFleet(documents, id, spec, Date.now())
  life.kick(id)
  return id
}

/** When a look at the cluster finds it so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const live = (cluster: string) =>
  server.emr.context.documents.instances
    .of(cluster)
    .filter(({ state, leaving }) => state !== 'TERMINATED' && !leaving)

describe('fleets', () => {
  test('a cluster of fleets comes up, tells its capacity, and is resized', async () => {
    const ClusterId = put()
    const { documents } = server.emr.context
    await until(() => documents.cluster(ClusterId)?.state === 'WAITING')
    const listed = await server.call('ListInstanceFleets', { ClusterId })
    expect(listed['InstanceFleets']).toMatchObject([
      { InstanceFleetType: 'MASTER', Status: { State: 'RUNNING' }, ProvisionedOnDemandCapacity: 1 },
      {
        InstanceFleetType: 'CORE',
        TargetOnDemandCapacity: 4,
        ProvisionedOnDemandCapacity: 4,
        ProvisionedSpotCapacity: 1,
        InstanceTypeSpecifications: [
          { InstanceType: 'm5.2xlarge', WeightedCapacity: 3, EbsBlockDevices: [] },
          { InstanceType: 'm5.xlarge', BidPrice: '0.1' },
        ],
      },
    ])
    const core = documents.fleets.of(ClusterId)[1]!
    expect(live(ClusterId).filter(({ fleet }) => fleet === core.id)).toMatchObject([
      { market: 'ON_DEMAND', instanceType: 'm5.2xlarge', weight: 3 },
      { market: 'ON_DEMAND', instanceType: 'm5.xlarge', weight: 1 },
      { market: 'SPOT', instanceType: 'm5.xlarge', weight: 1 },
    ])
    await server.call('ModifyInstanceFleet', {
      ClusterId,
      InstanceFleet: { InstanceFleetId: core.id, TargetOnDemandCapacity: 3, TargetSpotCapacity: 6 },
    })
    await until(
      () => documents.fleets.get(core.id)?.state === 'RUNNING' && live(ClusterId).length === 6,
    )
    const units = (market: string): number =>
      live(ClusterId)
        .filter((one) => one.fleet === core.id && one.market === market)
        .reduce((sum, { weight = 0 }) => sum + weight, 0)
    expect(units('ON_DEMAND')).toBe(3)
    expect(units('SPOT')).toBe(6)
  })

  test('a task fleet is added once', async () => {
    const ClusterId = put()
    const InstanceFleet = {
      InstanceFleetType: 'TASK',
      TargetSpotCapacity: 2,
      InstanceTypeConfigs: [type('c5.large')],
    }
    const added = await server.call('AddInstanceFleet', { ClusterId, InstanceFleet })
    expect(added).toMatchObject({
      ClusterId,
      InstanceFleetId: expect.stringMatching(/^if-\w{13}$/),
    })
    await until(() => live(ClusterId).filter(({ role }) => role === 'TASK').length === 2)
    await expect(server.call('AddInstanceFleet', { ClusterId, InstanceFleet })).rejects.toThrow(
      'has a TASK instance fleet',
    )
    await expect(
      server.call('AddInstanceFleet', {
        ClusterId,
        InstanceFleet: { ...InstanceFleet, InstanceFleetType: 'CORE' },
      }),
    ).rejects.toThrow('Only a TASK')
  })

  const core = (more: JsonObject) => [FLEETS[0], { ...FLEETS[1], ...more }]
  test.each<[readonly JsonObject[], string]>([
    [[FLEETS[1]], 'needs a MASTER'],
    [[FLEETS[0], FLEETS[0]], 'one MASTER instance fleet at most'],
    [[FLEETS[0], { ...FLEETS[1], InstanceFleetType: 'TASK' }], 'needs a CORE'],
    [[{ ...FLEETS[0], TargetSpotCapacity: 1 }], 'target capacity and weights of 1'],
    [core({ TargetOnDemandCapacity: 0, TargetSpotCapacity: 0 }), 'greater than 0'],
    [core({ TargetSpotCapacity: 4000 }), '4000 at most'],
    [core({ InstanceTypeConfigs: [] }), '1 to 5 InstanceTypeConfigs'],
    [core({ InstanceTypeConfigs: [type('x9.huge')] }), "Instance type 'x9.huge' is not supported"],
    [core({ InstanceTypeConfigs: [type('m5.xlarge'), type('m5.xlarge')] }), 'is there once'],
    [core({ InstanceTypeConfigs: [type('m5.xlarge', { WeightedCapacity: 0 })] }), 'at least 1'],
    [
      core({
        InstanceTypeConfigs: [
          type('m5.xlarge', { BidPrice: '1', BidPriceAsPercentageOfOnDemandPrice: 50 }),
        ],
      }),
      'and not both',
    ],
    [
      core({
        LaunchSpecifications: {
          SpotSpecification: { TimeoutDurationMinutes: 4, TimeoutAction: 'TERMINATE_CLUSTER' },
        },
      }),
      'from 5 to 1440',
    ],
    [
      core({
        InstanceTypeConfigs: [
          type('m5.xlarge', {
            EbsConfiguration: {
              EbsBlockDeviceConfigs: [
                { VolumeSpecification: { VolumeType: 'gp3', SizeInGB: 1 }, VolumesPerInstance: 26 },
              ],
            },
          }),
        ],
      }),
      '25 EBS volumes at most',
    ],
  ])('what is no set of fleets is named: %#', (fleets, message) => {
    expect(() => fleetsFrom({ InstanceFleets: fleets })).toThrow(message)
  })

  test('groups have no fleets', async () => {
    const ClusterId = put({ collection: 'INSTANCE_GROUP' })
    await expect(server.call('ListInstanceFleets', { ClusterId })).rejects.toThrow(
      'mutually exclusive',
    )
  })
})

describe('policies', () => {
  const limits = (more: JsonObject = {}): JsonObject => ({
    ComputeLimits: {
      UnitType: 'InstanceFleetUnits',
      MinimumCapacityUnits: 2,
      MaximumCapacityUnits: 10,
      ...more,
    },
  })

  test('policies are kept, told and removed', async () => {
    const ClusterId = put()
    expect(await server.call('GetManagedScalingPolicy', { ClusterId })).toEqual({})
    expect(await server.call('GetAutoTerminationPolicy', { ClusterId })).toEqual({})
    await server.call('PutManagedScalingPolicy', { ClusterId, ManagedScalingPolicy: limits() })
    await server.call('PutAutoTerminationPolicy', { ClusterId })
    await server.restart()
    expect(await server.call('GetManagedScalingPolicy', { ClusterId })).toEqual({
      ManagedScalingPolicy: limits(),
    })
    expect(await server.call('GetAutoTerminationPolicy', { ClusterId })).toEqual({
      AutoTerminationPolicy: { IdleTimeout: 3600 },
    })
    await server.call('RemoveManagedScalingPolicy', { ClusterId })
    await server.call('RemoveAutoTerminationPolicy', { ClusterId })
    expect(await server.call('GetManagedScalingPolicy', { ClusterId })).toEqual({})
    expect(await server.call('GetAutoTerminationPolicy', { ClusterId })).toEqual({})
  })

  test.each<[JsonObject, string]>([
    [{}, 'needs ComputeLimits'],
    [limits({ UnitType: 'Instances' }), 'is InstanceFleetUnits'],
    [limits({ MinimumCapacityUnits: 0 }), 'at least 1'],
    [limits({ MaximumCapacityUnits: 1 }), 'must not be less'],
    [limits({ MaximumCoreCapacityUnits: 11 }), 'MaximumCoreCapacityUnits must be from 1'],
    [limits({ MaximumOnDemandCapacityUnits: -1 }), 'MaximumOnDemandCapacityUnits must be from 0'],
    [{ ...limits(), ScalingStrategy: 'ADVANCED' }, 'DEFAULT strategy'],
  ])('a managed scaling policy that cannot be is named: %#', async (policy, message) => {
    const ClusterId = put()
    await expect(
      server.call('PutManagedScalingPolicy', { ClusterId, ManagedScalingPolicy: policy }),
    ).rejects.toThrow(message)
  })

  test('an idle time is from a minute to a week', async () => {
    const ClusterId = put()
    for (const IdleTimeout of [59, 604_801])
      await expect(
        server.call('PutAutoTerminationPolicy', {
          ClusterId,
          AutoTerminationPolicy: { IdleTimeout },
        }),
      ).rejects.toThrow('from 60 to 604800')
  })
})

describe('tags', () => {
  test('tags are added over others, and removed', async () => {
    const ResourceId = put({ tags: { team: 'soc', old: 'x' } })
    await server.call('AddTags', {
      ResourceId,
      Tags: [{ Key: 'team', Value: 'net' }, { Key: 'empty' }],
    })
    await server.call('RemoveTags', { ResourceId, TagKeys: ['old', 'never there'] })
    expect(server.emr.context.documents.cluster(ResourceId)?.tags).toEqual({
      team: 'net',
      empty: '',
    })
  })

  test('policies are asked about the tags of the request and of the cluster', async () => {
    const ResourceId = put({ tags: { team: 'soc' } })
    const [access] = await server.access('AddTags', {
      ResourceId,
      Tags: [{ Key: 'cost', Value: '7' }],
    })
    expect(access).toMatchObject({
      action: 'elasticmapreduce:AddTags',
      context: {
        'elasticmapreduce:ResourceTag/team': 'soc',
        'elasticmapreduce:RequestTag/cost': '7',
        'aws:TagKeys': ['cost'],
      },
    })
    const [removal] = await server.access('RemoveTags', { ResourceId, TagKeys: ['team'] })
    expect(removal?.context).toMatchObject({ 'aws:TagKeys': ['team'] })
  })

  test.each([
    [[{ Key: 'aws:x' }], 'reserved'],
    [[{ Key: 'k'.repeat(129) }], '128'],
    [[{ Key: 'k', Value: 'v'.repeat(257) }], '256'],
    [[{ Key: 'k' }, { Key: 'k' }], 'more than once'],
    [Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}` })), 'at most 50'],
  ])('tags that AWS does not take are named: %#', async (Tags, message) => {
    const ResourceId = put()
    await expect(server.call('AddTags', { ResourceId, Tags })).rejects.toThrow(message)
  })

  test('fifty are counted with those that are there', async () => {
    const ResourceId = put({ tags: { one: '' } })
    const Tags = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}` }))
    await expect(server.call('AddTags', { ResourceId, Tags })).rejects.toThrow('at most 50')
  })
})
