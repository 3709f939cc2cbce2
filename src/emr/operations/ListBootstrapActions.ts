import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findCluster } from '../find.js'

const PAGE = 50

/** What each node of a cluster runs before it is ready. */
export const listBootstrapActions = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access: ({ ClusterId }) => [
    clusterAccess(context, 'elasticmapreduce:ListBootstrapActions', textOf(ClusterId) ?? ''),
  ],
  run({ ClusterId, Marker }) {
    const { id, bootstrapActions } = findCluster(context, textOf(ClusterId) ?? '')
    const numbered = bootstrapActions.map((action, i) => ({ ...action, i }))
    const { page, marker } = context.markers.page(numbered, {
      scope: `ListBootstrapActions ${id}`,
      marker: textOf(Marker),
      size: PAGE,
      keyOf: ({ i }) => String(i),
    })
    return {
      BootstrapActions: page.map(({ name, path, args }) => ({
        Name: name,
        ScriptPath: path,
        Args: [...args],
      })),
      Marker: marker,
    }
  },
})
