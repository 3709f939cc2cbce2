import type { AwsError } from './aws-error.js'
import type { ServiceModel } from './model.js'
import type { JsonObject } from './service.js'

export const JSON_CONTENT_TYPE = 'application/x-amz-json-1.1'

/** The service and operation that `X-Amz-Target` names; the operation is what follows the last dot. */
export function parseTarget(header: string): { readonly prefix: string; readonly name: string } {
  const dot = header.lastIndexOf('.')
  return { prefix: header.slice(0, Math.max(dot, 0)), name: header.slice(dot + 1) }
}

/** An error as JSON 1.1 has it; its message has the name that the model's shape gives it. */
export function jsonError(error: AwsError, model?: ServiceModel): JsonObject {
  const shape = model?.shapes[error.code]
  const member =
    shape?.type === 'structure' && Object.hasOwn(shape.members, 'Message') ? 'Message' : 'message'
  return { __type: error.code, ...error.members, [member]: error.message }
}
