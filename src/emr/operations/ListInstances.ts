import { textOf, textsOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findCluster } from '../find.js'
import { showInstance } from '../show-instances.js'

const PAGE = 500

/** The instances of a cluster by group, fleet, role and state, with what each really is on this machine. */
export const listInstances = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access: ({ ClusterId }) => [
    clusterAccess(context, 'elasticmapreduce:ListInstances', textOf(ClusterId) ?? ''),
  ],
  async run(input) {
    const { id } = findCluster(context, textOf(input['ClusterId']) ?? '')
    const group = textOf(input['InstanceGroupId'])
    const fleet = textOf(input['InstanceFleetId'])
    const fleetRole = textOf(input['InstanceFleetType'])
    const roles = [
      ...textsOf(input['InstanceGroupTypes']),
      ...(fleetRole === undefined ? [] : [fleetRole]),
    ]
    const states = textsOf(input['InstanceStates'])
    const all = context.documents.instances.of(id)
    const found = all.filter(
      (one) =>
        (group === undefined || one.group === group) &&
        (fleet === undefined || one.fleet === fleet) &&
        (roles.length === 0 || roles.includes(one.role)) &&
        (states.length === 0 || states.includes(one.state)),
    )
    const { page, marker } = context.markers.page(found, {
      scope: `ListInstances ${JSON.stringify([id, group ?? '', fleet ?? '', roles, states])}`,
      marker: textOf(input['Marker']),
      size: PAGE,
      keyOf: (one) => one.id,
    })
    const views = await context.nodes.view(id, all)
    const isGone = ({ state }: (typeof all)[number]): boolean => state === 'TERMINATED'
    return {
      Instances: page.map((one) => showInstance(one, isGone(one) ? undefined : views.get(one.id))),
      Marker: marker,
    }
  },
})
