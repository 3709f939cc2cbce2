import { passRole } from '../../auth/authoriser.js'
import { hasEnded } from '../../jobs/step.js'
import { objectsOf, textOf } from '../../wire/members.js'
import type { AwsOperation, JsonObject } from '../../wire/service.js'
import { stepsFrom } from '../asked/steps.js'
import type { EmrContext } from '../context.js'
import { invalid } from '../errors.js'
import { activeJobFlow, clusterAccess } from '../find.js'
import { checkExecutionRole, executionRole } from '../roles/execution-role.js'

const MOST_ACTIVE = 256

/** Adds steps to a cluster, all or none; they are in the state when this answers. */
export const addJobFlowSteps = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access({ JobFlowId, ExecutionRoleArn }) {
    const role = textOf(ExecutionRoleArn)
    const request = clusterAccess(
      context,
      'elasticmapreduce:AddJobFlowSteps',
      textOf(JobFlowId) ?? '',
    )
    if (role === undefined) return [request]
    return [
      {
        ...request,
        context: { ...request.context, 'elasticmapreduce:ExecutionRoleArn': role },
      },
      passRole(role, 'elasticmapreduce.amazonaws.com'),
    ]
  },
  run({ JobFlowId, Steps, ExecutionRoleArn }, call) {
    const { documents, runner, life } = context
    const cluster = activeJobFlow(context, textOf(JobFlowId) ?? '')
    const asked = objectsOf(Steps)
    const role = textOf(ExecutionRoleArn)
    if (role !== undefined) checkExecutionRole(context, cluster.id)
    const action = ({ ActionOnFailure }: JsonObject): string =>
      textOf(ActionOnFailure) ?? 'CONTINUE'
    if (cluster.stepConcurrency > 1 && asked.some((step) => action(step) !== 'CONTINUE'))
      throw invalid(
        'ActionOnFailure must be CONTINUE on a cluster whose step concurrency level is greater than 1.',
      )
    const active = runner.list(cluster.id).filter(({ state }) => !hasEnded(state)).length
    if (active + asked.length > MOST_ACTIVE)
      throw invalid(
        'Maximum number of active steps(State = Running, Pending or Cancel Pending) for cluster exceeded.',
      )
    const steps = stepsFrom(
      asked,
      cluster,
      documents.steps.next(cluster.id),
      executionRole(role, call),
    )
    // What is kept beside a run comes first: a step may start at once, and must not be without it.
    documents.transaction(() => steps.forEach(({ doc }) => documents.steps.put(doc)))
    runner.submit(steps.map(({ spec }) => spec))
    life.advance(cluster.id)
    return { StepIds: steps.map(({ doc }) => doc.id) }
  },
})
