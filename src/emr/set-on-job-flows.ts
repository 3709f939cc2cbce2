import { textsOf } from '../wire/members.js'
import type { AwsOperation, JsonObject } from '../wire/service.js'
import type { ClusterDocument } from './cluster/documents.js'
import type { EmrContext } from './context.js'
import { activeJobFlow, clusterAccess } from './find.js'

const idsOf = ({ JobFlowIds }: JsonObject): readonly string[] => [...new Set(textsOf(JobFlowIds))]

/** An operation that sets a member of clusters, of all or of none. */
export function setOnJobFlows(
  context: EmrContext,
  operation: string,
  changeOf: (input: JsonObject) => Partial<ClusterDocument>,
): AwsOperation {
  return {
    readOnly: false,
    access: (input) =>
      idsOf(input).map((id) => clusterAccess(context, `elasticmapreduce:${operation}`, id)),
    run(input) {
      const clusters = idsOf(input).map((id) => activeJobFlow(context, id))
      context.documents.transaction(() => {
        for (const { id } of clusters) context.documents.changeCluster(id, changeOf(input))
      })
      for (const { id } of clusters) context.life.kick(id)
      return {}
    },
  }
}
