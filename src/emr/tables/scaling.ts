import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'

/** The operations of scaling: by name, as in the model. */
export function scalingOperations(_context: EmrContext): Readonly<Record<string, AwsOperation>> {
  return {}
}
