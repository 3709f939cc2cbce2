import { objectsOf, textOf } from '../../wire/members.js'
import type { AwsOperation, JsonObject } from '../../wire/service.js'
import { resizeOf } from '../asked/resize.js'
import { checkGroups } from '../asked/groups.js'
import type { GroupDocument } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'
import { invalid, invalidRequest } from '../errors.js'
import { activeJobFlow, clusterAccess } from '../find.js'

const changesOf = ({ InstanceGroups }: JsonObject): readonly JsonObject[] =>
  objectsOf(InstanceGroups)

/** Resizes groups, all or none; what is taken out hands over its data first. */
export const modifyInstanceGroups = (context: EmrContext): AwsOperation => {
  const { documents } = context
  const clustersOf = (input: JsonObject): readonly string[] => {
    const found = changesOf(input).map((change) => documents.groups.get(groupId(change))?.cluster)
    return [...new Set([textOf(input['ClusterId']), ...found])].flatMap((id) =>
      id === undefined ? [] : [id],
    )
  }
  const find = (change: JsonObject, cluster: string | undefined): GroupDocument => {
    const group = documents.groups.get(groupId(change))
    if (!group || (cluster !== undefined && group.cluster !== cluster))
      throw invalidRequest(`Instance group id '${groupId(change)}' is not valid.`)
    return group
  }
  return {
    readOnly: false,
    access: (input) =>
      clustersOf(input).map((id) =>
        clusterAccess(context, 'elasticmapreduce:ModifyInstanceGroups', id),
      ),
    run(input) {
      const cluster = textOf(input['ClusterId'])
      if (cluster !== undefined) activeJobFlow(context, cluster)
      const resizes = changesOf(input).map((change) => {
        const group = find(change, cluster)
        activeJobFlow(context, group.cluster)
        if (change['Configurations'] !== undefined)
          throw invalid(
            'Groups are not configured anew while they run: give Configurations with RunJobFlow.',
          )
        return { group, ...resizeOf(change, group, documents.instances.of(group.cluster)) }
      })
      for (const id of new Set(resizes.map(({ group }) => group.cluster)))
        checkGroups(
          documents.groups
            .of(id)
            .map((group) => ({ ...group, ...resizes.find((one) => one.group.id === group.id) })),
        )
      documents.transaction(() => {
        for (const { group, requested, leaving, graceMs } of resizes) {
          documents.groups.put({ ...group, requested, state: 'RESIZING' })
          const reason = { message: 'Instance group was resized.' }
          context.life.retire(leaving, { reason, graceMs })
        }
      })
      for (const { group } of resizes) context.life.advance(group.cluster)
      return {}
    },
  }
}

function groupId(change: JsonObject): string {
  return textOf(change['InstanceGroupId']) ?? ''
}
