import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { setOnJobFlows } from '../set-on-job-flows.js'

/** Is kept and told; who sees a cluster is said by policies. */
export const setVisibleToAllUsers = (context: EmrContext): AwsOperation =>
  setOnJobFlows(context, 'SetVisibleToAllUsers', (input) => ({
    visibleToAllUsers: input['VisibleToAllUsers'] === true,
  }))
