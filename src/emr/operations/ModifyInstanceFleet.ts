import { numberOf, objectOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import { isActive } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'
import { invalidRequest } from '../errors.js'
import { clusterAccess, findCluster, idOf } from '../find.js'
import { checkTargets, MOST_TYPES, readTypes, showTypes } from '../fleets/config.js'

/** Resizes a fleet, or changes what it is made of from now on. */
export const modifyInstanceFleet = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: (input) => [
    clusterAccess(context, 'elasticmapreduce:ModifyInstanceFleet', idOf(input, 'ClusterId')),
  ],
  run(input) {
    const { documents, life } = context
    const { id, state } = findCluster(context, idOf(input, 'ClusterId'))
    const change = objectOf(input['InstanceFleet'])
    const fleet = documents.fleets.get(idOf(change, 'InstanceFleetId'))
    if (fleet?.cluster !== id)
      throw invalidRequest(`Instance fleet '${idOf(change, 'InstanceFleetId')}' is not valid.`)
    if (!isActive(state)) throw invalidRequest(`Cluster ${id} is ${state} and is not resized.`)
    if (fleet.role === 'MASTER') throw invalidRequest('The MASTER instance fleet is not resized.')
    const targetOnDemand = numberOf(change['TargetOnDemandCapacity']) ?? fleet.targetOnDemand
    const targetSpot = numberOf(change['TargetSpotCapacity']) ?? fleet.targetSpot
    checkTargets(targetOnDemand, targetSpot)
    if (fleet.role === 'CORE' && targetOnDemand + targetSpot === 0)
      throw invalidRequest('The CORE instance fleet has a target capacity of 1 at least.')
    const { InstanceTypeConfigs, ResizeSpecifications, Context } = change
    const types =
      InstanceTypeConfigs === undefined
        ? fleet.types
        : readTypes(InstanceTypeConfigs, MOST_TYPES.withAllocation)
    documents.fleets.put({
      ...fleet,
      targetOnDemand,
      targetSpot,
      types,
      // One that was suspended is tried again.
      state: 'RESIZING',
      reason: {},
      shown: {
        ...fleet.shown,
        ...(InstanceTypeConfigs !== undefined && {
          InstanceTypeSpecifications: showTypes(InstanceTypeConfigs),
        }),
        ...(ResizeSpecifications !== undefined && { ResizeSpecifications }),
        ...(Context !== undefined && { Context }),
      },
    })
    life.kick(id)
    return {}
  },
})
