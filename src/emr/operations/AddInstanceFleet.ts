import { objectOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import { isActive } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'
import { invalidRequest } from '../errors.js'
import { clusterAccess, clusterArn, findCluster, idOf } from '../find.js'
import { putFleet } from '../fleets/arrange.js'
import { readFleet } from '../fleets/config.js'

/** Gives a cluster of fleets its task fleet. */
export const addInstanceFleet = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: (input) => [
    clusterAccess(context, 'elasticmapreduce:AddInstanceFleet', idOf(input, 'ClusterId')),
  ],
  run(input) {
    const { documents, life, now } = context
    const cluster = findCluster(context, idOf(input, 'ClusterId'))
    const { id, collection, state } = cluster
    const spec = readFleet(objectOf(input['InstanceFleet']))
    if (collection !== 'INSTANCE_FLEET')
      throw invalidRequest('Instance fleets and instance groups are mutually exclusive.')
    if (!isActive(state)) throw invalidRequest(`Cluster ${id} is ${state} and takes no fleet.`)
    if (spec.role !== 'TASK') throw invalidRequest('Only a TASK instance fleet can be added.')
    const roles = documents.fleets.of(id).map(({ role }) => role)
    if (roles.includes('TASK')) throw invalidRequest('The cluster has a TASK instance fleet.')
    if (!roles.includes('CORE'))
      throw invalidRequest('A TASK instance fleet needs a CORE instance fleet beside it.')
    const fleet = putFleet(documents, id, spec, now())
    life.kick(id)
    return { ClusterId: id, InstanceFleetId: fleet.id, ClusterArn: clusterArn(context, id) }
  },
})
