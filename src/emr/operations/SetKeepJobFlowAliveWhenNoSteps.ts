import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { setOnJobFlows } from '../set-on-job-flows.js'

/** Says whether clusters stay when their steps have ended. */
export const setKeepJobFlowAliveWhenNoSteps = (context: EmrContext): AwsOperation =>
  setOnJobFlows(context, 'SetKeepJobFlowAliveWhenNoSteps', (input) => ({
    keepAlive: input['KeepJobFlowAliveWhenNoSteps'] === true,
  }))
