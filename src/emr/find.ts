import type { AccessRequest } from '../auth/principal.js'
import { textOf } from '../wire/members.js'
import type { JsonObject } from '../wire/service.js'
import { isActive, type ClusterDocument, type GroupDocument } from './cluster/documents.js'
import type { EmrContext } from './context.js'
import { invalid, invalidRequest } from './errors.js'

type Known = Pick<EmrContext, 'documents' | 'account' | 'region'>

/** `arn:aws:elasticmapreduce:us-east-1:111122223333:cluster/j-…` */
export function clusterArn(
  { account, region }: Pick<EmrContext, 'account' | 'region'>,
  id: string,
): string {
  return `arn:aws:elasticmapreduce:${region}:${account}:cluster/${id}`
}

/**
 * What policies are asked of a call on a cluster; its tags are in the conditions. Of one that is not there,
 * too: who may not see clusters does not learn which there are.
 * @example clusterAccess(context, 'elasticmapreduce:DescribeCluster', 'j-2AXXXXXXGAPLF')
 */
export function clusterAccess(context: Known, action: string, id: string): AccessRequest {
  const tags = Object.entries(context.documents.cluster(id)?.tags ?? {})
  return {
    action,
    resource: clusterArn(context, id),
    context: Object.fromEntries(
      tags.flatMap(([key, value]) => [
        [`elasticmapreduce:ResourceTag/${key}`, value],
        [`aws:ResourceTag/${key}`, value],
      ]),
    ),
  }
}

/** The text of a member that the model demands. */
export function idOf(input: JsonObject, member: string): string {
  return textOf(input[member]) ?? ''
}

/** @throws AwsError as the operations say it that have a `ClusterId` */
export function findCluster(
  { documents }: Pick<EmrContext, 'documents'>,
  id: string,
): ClusterDocument {
  const cluster = documents.cluster(id)
  if (!cluster) throw invalidRequest(`Cluster id '${id}' is not valid.`, 'NoSuchCluster')
  return cluster
}

/** @throws AwsError as the operations say it that have a `JobFlowId` */
export function findJobFlow(
  { documents }: Pick<EmrContext, 'documents'>,
  id: string,
): ClusterDocument {
  const cluster = documents.cluster(id)
  if (!cluster) throw invalid('Specified job flow ID does not exist.')
  return cluster
}

/** A group of a cluster. @throws AwsError for one that it does not have */
export function findGroup(
  { documents }: Pick<EmrContext, 'documents'>,
  cluster: string,
  id: string,
): GroupDocument {
  const group = documents.groups.get(id)
  if (group?.cluster !== cluster) throw invalidRequest(`Instance group '${id}' is not valid.`)
  return group
}

/** The ARN of a role that is named by its ARN or by its name. */
export function roleArn({ account }: Pick<EmrContext, 'account'>, role: string): string {
  return role.startsWith('arn:') ? role : `arn:aws:iam::${account}:role/${role}`
}

/** A cluster that takes changes. @throws AwsError as AWS says it of one that does not */
export function activeJobFlow(context: Pick<EmrContext, 'documents'>, id: string): ClusterDocument {
  const cluster = findJobFlow(context, id)
  if (!isActive(cluster.state))
    throw invalid('A job flow that is shutting down, terminated, or finished may not be modified.')
  return cluster
}

/** @throws AwsError for a cluster that has fleets in place of groups */
export function checkHasGroups({ collection }: ClusterDocument, operation: string): void {
  if (collection === 'INSTANCE_FLEET')
    throw invalidRequest(
      `Instance fleets and instance groups are mutually exclusive. The EMR cluster specified in the request uses instance fleets. The ${operation} request does not support clusters that use instance fleets.`,
    )
}

/** A cluster that has groups. @throws AwsError for one that is not there or has fleets */
export function findGroupCluster(
  context: Pick<EmrContext, 'documents'>,
  id: string,
  operation: string,
): ClusterDocument {
  const cluster = findCluster(context, id)
  checkHasGroups(cluster, operation)
  return cluster
}
