import { passRole } from '../../auth/authoriser.js'
import type { AccessRequest } from '../../auth/principal.js'
import { objectOf, objectsOf, textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import { clusterFrom, kerberosOf } from '../asked/cluster.js'
import { groupsFrom } from '../asked/groups.js'
import { stepsFrom } from '../asked/steps.js'
import { arrangeGroups } from '../cluster/groups.js'
import type { EmrContext } from '../context.js'
import { invalid } from '../errors.js'
import { arrangeFleets, putFleet } from '../fleets/arrange.js'
import { fleetsFrom } from '../fleets/config.js'
import { checkTogether } from '../kerberos/attributes.js'
import { checkExecutionRole, executionRole } from '../roles/execution-role.js'
import { clusterArn, roleArn } from '../find.js'
import { requestTagContext } from '../tags.js'

const MOST_STEPS = 256
/** The roles of a request, and the services that they are handed to. */
const PASSED = {
  ServiceRole: 'elasticmapreduce.amazonaws.com',
  JobFlowRole: 'ec2.amazonaws.com',
  AutoScalingRole: 'application-autoscaling.amazonaws.com',
  StepExecutionRoleArn: 'elasticmapreduce.amazonaws.com',
} as const

/** Starts a cluster: it is in the state, with its groups and steps, when this answers. */
export const runJobFlow = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access(input): readonly AccessRequest[] {
    const roles = Object.entries(PASSED).flatMap(([member, service]) => {
      const role = textOf(input[member])
      return role === undefined ? [] : [passRole(roleArn(context, role), service)]
    })
    return [
      {
        action: 'elasticmapreduce:RunJobFlow',
        resource: '*',
        context: requestTagContext(input['Tags']),
      },
      ...roles,
    ]
  },
  async run(input, call) {
    const { documents, runner, security, kerberos, life, now } = context
    const at = now()
    const instances = objectOf(input['Instances'])
    const asked = objectsOf(input['Steps'])
    const cluster = clusterFrom(input, documents.nextCluster(), at)
    const isFleet = cluster.collection === 'INSTANCE_FLEET'
    const fleets = isFleet ? fleetsFrom(instances) : []
    const groups = isFleet ? [] : groupsFrom(instances, cluster, at)
    if (asked.length > MOST_STEPS) throw invalid(`A cluster takes at most ${MOST_STEPS} steps.`)
    const role = textOf(input['StepExecutionRoleArn'])
    const steps = stepsFrom(asked, cluster, 1, executionRole(role, call))
    const protection = security.read(cluster.securityConfiguration)
    const attributes = kerberosOf(input)
    checkTogether(attributes !== undefined, protection.kerberos !== undefined)
    const write = (): void => {
      security.assign(cluster.id, protection)
      if (role !== undefined) checkExecutionRole(context, cluster.id)
      // Others may have been made while a KDC was asked.
      documents.putCluster({ ...cluster, order: documents.nextCluster() })
      for (const [i, group] of groups.entries())
        documents.groups.put({ ...group, cluster: cluster.id, order: i + 1 })
      for (const fleet of fleets) putFleet(documents, cluster.id, fleet, at)
      arrangeFleets(documents, cluster.id, at)
      arrangeGroups(documents, cluster.id, at)
      for (const { doc } of steps) documents.steps.put(doc)
      // None starts before the cluster is ready.
      runner.submit(steps.map(({ spec }) => spec))
    }
    if (attributes && protection.kerberos)
      await kerberos.enrol(cluster.id, protection.kerberos, attributes, call.signal)
    try {
      documents.transaction(write)
    } catch (error) {
      if (attributes) await kerberos.release(cluster.id)
      throw error
    }
    life.kick(cluster.id)
    return { JobFlowId: cluster.id, ClusterArn: clusterArn(context, cluster.id) }
  },
})
