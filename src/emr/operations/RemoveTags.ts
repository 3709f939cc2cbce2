import { textOf, textsOf } from '../../wire/members.js'
import type { AwsOperation, JsonObject } from '../../wire/service.js'
import { isOver } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'
import { invalidRequest } from '../errors.js'
import { clusterAccess, findCluster } from '../find.js'

const keysOf = ({ TagKeys }: JsonObject): readonly string[] => textsOf(TagKeys)

/** Takes tags from a cluster; a key that it does not have is no error. */
export const removeTags = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access(input) {
    const id = textOf(input['ResourceId']) ?? ''
    const access = clusterAccess(context, 'elasticmapreduce:RemoveTags', id)
    const keys = keysOf(input)
    if (keys.length === 0) return [access]
    return [{ ...access, context: { ...access.context, 'aws:TagKeys': keys } }]
  },
  run(input) {
    const { id, tags, state } = findCluster(context, textOf(input['ResourceId']) ?? '')
    if (isOver(state)) throw invalidRequest('Tags of a terminated cluster cannot be changed.')
    const keys = keysOf(input)
    const kept = Object.entries(tags).filter(([key]) => !keys.includes(key))
    context.documents.changeCluster(id, { tags: Object.fromEntries(kept) })
    return {}
  },
})
