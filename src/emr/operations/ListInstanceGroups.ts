import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findGroupCluster } from '../find.js'
import { showGroup } from '../show-instances.js'

const PAGE = 50

/** The groups of a cluster, and how many instances of each run. */
export const listInstanceGroups = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access: ({ ClusterId }) => [
    clusterAccess(context, 'elasticmapreduce:ListInstanceGroups', textOf(ClusterId) ?? ''),
  ],
  run({ ClusterId, Marker }) {
    const { id } = findGroupCluster(context, textOf(ClusterId) ?? '', 'ListInstanceGroups')
    const { page, marker } = context.markers.page(context.documents.groups.of(id), {
      scope: `ListInstanceGroups ${id}`,
      marker: textOf(Marker),
      size: PAGE,
      keyOf: (group) => group.id,
    })
    const instances = context.documents.instances.of(id)
    return { InstanceGroups: page.map((group) => showGroup(group, instances)), Marker: marker }
  },
})
