import { textOf, textsOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findCluster } from '../find.js'

/** Cancels steps, each by itself: those that wait at once, those that run by a signal. */
export const cancelSteps = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: ({ ClusterId }) => [
    clusterAccess(context, 'elasticmapreduce:CancelSteps', textOf(ClusterId) ?? ''),
  ],
  run({ ClusterId, StepIds, StepCancellationOption }) {
    const { id } = findCluster(context, textOf(ClusterId) ?? '')
    const how = textOf(StepCancellationOption) === 'TERMINATE_PROCESS' ? 'kill' : 'interrupt'
    const infos = textsOf(StepIds).map((step) => {
      const failed = (Reason: string) => ({ StepId: step, Status: 'FAILED', Reason })
      if (context.documents.steps.get(step)?.cluster !== id)
        return failed(`Step id '${step}' is not valid.`)
      return context.runner.cancel(step, how)
        ? { StepId: step, Status: 'SUBMITTED' }
        : failed('The step has ended: it cannot be cancelled.')
    })
    context.life.advance(id)
    return { CancelStepsInfoList: infos }
  },
})
