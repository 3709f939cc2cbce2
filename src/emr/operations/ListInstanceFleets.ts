import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { invalidRequest } from '../errors.js'
import { clusterAccess, findCluster, idOf } from '../find.js'
import { provisioned } from '../fleets/arrange.js'
import { showStatus } from '../show.js'

const PAGE = 50

/** The fleets of a cluster, with what they are to have and have. */
export const listInstanceFleets = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access: (input) => [
    clusterAccess(context, 'elasticmapreduce:ListInstanceFleets', idOf(input, 'ClusterId')),
  ],
  run(input) {
    const { documents, markers } = context
    const { id, collection } = findCluster(context, idOf(input, 'ClusterId'))
    if (collection !== 'INSTANCE_FLEET')
      throw invalidRequest('Instance fleets and instance groups are mutually exclusive.')
    const instances = documents.instances.of(id)
    const { page, marker } = markers.page(documents.fleets.of(id), {
      scope: `ListInstanceFleets ${id}`,
      marker: textOf(input['Marker']),
      size: PAGE,
      keyOf: (fleet) => fleet.id,
    })
    return {
      InstanceFleets: page.map((fleet) => {
        const units = provisioned(fleet, instances)
        return {
          ...fleet.shown,
          Id: fleet.id,
          Name: fleet.name,
          Status: showStatus(fleet),
          InstanceFleetType: fleet.role,
          TargetOnDemandCapacity: fleet.targetOnDemand,
          TargetSpotCapacity: fleet.targetSpot,
          ProvisionedOnDemandCapacity: units.ON_DEMAND,
          ProvisionedSpotCapacity: units.SPOT,
        }
      }),
      Marker: marker,
    }
  },
})
