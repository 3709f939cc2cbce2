import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { setOnJobFlows } from '../set-on-job-flows.js'

/** Protects clusters from being terminated, or lifts that. */
export const setTerminationProtection = (context: EmrContext): AwsOperation =>
  setOnJobFlows(context, 'SetTerminationProtection', (input) => ({
    terminationProtected: input['TerminationProtected'] === true,
  }))
