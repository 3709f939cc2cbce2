import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { setOnJobFlows } from '../set-on-job-flows.js'

/** Is kept and told; nodes that are lost are replaced anyway. */
export const setUnhealthyNodeReplacement = (context: EmrContext): AwsOperation =>
  setOnJobFlows(context, 'SetUnhealthyNodeReplacement', (input) => ({
    unhealthyNodeReplacement: input['UnhealthyNodeReplacement'] === true,
  }))
