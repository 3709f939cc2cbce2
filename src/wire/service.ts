import type { AccessRequest, Principal } from '../auth/principal.js'
import type { ServiceModel } from './model.js'

/** A JSON value as a request brings it; timestamps are epoch seconds. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json | undefined
}

/** Everything about a call but its input. Made by the server before the operation runs. */
export interface Call {
  readonly principal: Principal
  readonly account: string
  readonly region: string
  /** Also the answer's x-amzn-RequestId. */
  readonly requestId: string
  readonly now: Date
  readonly sourceIp: string
  readonly userAgent: string
  /** Aborted when the client hangs up or the server stops. */
  readonly signal: AbortSignal
}

/** One operation of an API. Its input was checked against the model; its output is cut to the model. */
export interface AwsOperation {
  readonly readOnly: boolean
  /** Who calls, for an operation that nobody signs. Throws an AwsError for who is not let in. */
  identify?(input: JsonObject, now: Date): Promise<Principal>
  /** What policies are asked; all must allow. Throws an AwsError when the resource is not there. */
  access(
    input: JsonObject,
    call: Call,
  ): readonly AccessRequest[] | Promise<readonly AccessRequest[]>
  /** Throws an AwsError for what the caller did wrong. */
  run(input: JsonObject, call: Call): JsonObject | Promise<JsonObject>
}

/** An API that the server speaks. */
export interface AwsService {
  /** By the name that is signed: `elasticmapreduce`. */
  readonly signingName: string
  /** In CloudTrail: `elasticmapreduce.amazonaws.com`. */
  readonly eventSource: string
  readonly model: ServiceModel
  /** By name; what the model has and this has not is answered as not supported. */
  readonly operations: Readonly<Record<string, AwsOperation>>
  /** Why an operation of the model is not supported, for its error and docs/gaps.md. */
  readonly unsupported: Readonly<Record<string, string>>
}
