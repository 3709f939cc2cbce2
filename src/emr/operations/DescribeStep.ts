import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { invalidRequest } from '../errors.js'
import { clusterAccess, findCluster } from '../find.js'
import { showStep } from '../show-step.js'

/** One step. */
export const describeStep = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access: ({ ClusterId }) => [
    clusterAccess(context, 'elasticmapreduce:DescribeStep', textOf(ClusterId) ?? ''),
  ],
  run({ ClusterId, StepId }) {
    const { id } = findCluster(context, textOf(ClusterId) ?? '')
    const step = textOf(StepId) ?? ''
    const doc = context.documents.steps.get(step)
    const run = context.runner.get(step)
    if (doc?.cluster !== id || !run) throw invalidRequest(`Step id '${step}' is not valid.`)
    return { Step: showStep({ doc, run }) }
  },
})
