import type { AwsOperation, Call, JsonObject } from '../../wire/service.js'

/** An operation that reads, and that policies are asked for without a resource. */
export function readOperation(
  name: string,
  run: (input: JsonObject, call: Call) => JsonObject | Promise<JsonObject>,
  resource = '*',
): AwsOperation {
  return {
    readOnly: true,
    access: () => [{ action: `cloudtrail:${name}`, resource }],
    run,
  }
}
