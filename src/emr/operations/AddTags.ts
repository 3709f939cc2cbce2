import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import { isOver } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'
import { invalidRequest } from '../errors.js'
import { clusterAccess, findCluster } from '../find.js'
import { checkTagCount, requestTagContext, tagsOf } from '../tags.js'

/** Tags a cluster, over the tags of the same keys. */
export const addTags = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access({ ResourceId, Tags }) {
    const access = clusterAccess(context, 'elasticmapreduce:AddTags', textOf(ResourceId) ?? '')
    return [{ ...access, context: { ...access.context, ...requestTagContext(Tags) } }]
  },
  run({ ResourceId, Tags }) {
    const more = tagsOf(Tags)
    const { id, tags, state } = findCluster(context, textOf(ResourceId) ?? '')
    if (isOver(state)) throw invalidRequest('Tags of a terminated cluster cannot be changed.')
    const all = { ...tags, ...more }
    checkTagCount(all)
    context.documents.changeCluster(id, { tags: all })
    return {}
  },
})
