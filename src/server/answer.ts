import type { Principal } from '../auth/principal.js'
import type { AwsError } from '../wire/aws-error.js'
import { JSON_CONTENT_TYPE, jsonError } from '../wire/json11.js'
import { queryAnswer, queryError, XML_CONTENT_TYPE } from '../wire/query-xml.js'
import type { AwsService, JsonObject } from '../wire/service.js'

/** What goes back over the wire, and what is known of the call for log and metrics. */
export interface WireAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** Undefined for requests of no API that is known here. */
  readonly service?: AwsService | undefined
  /** That the model knows. */
  readonly operation?: string | undefined
  readonly principal?: Principal | undefined
  readonly errorCode?: string | undefined
}

export interface AnswerOptions {
  readonly requestId: string
  readonly service?: AwsService | undefined
  readonly isQuery: boolean
}

/** A call that was done. */
export function successAnswer(
  output: JsonObject,
  operation: string,
  { requestId, service }: AnswerOptions & { readonly service: AwsService },
): WireAnswer {
  const isXml = service.model.protocol === 'query'
  return {
    status: 200,
    contentType: isXml ? XML_CONTENT_TYPE : JSON_CONTENT_TYPE,
    body: isXml ? queryAnswer(service.model, operation, output, requestId) : JSON.stringify(output),
  }
}

/** A call that failed. */
export function errorAnswer(
  error: AwsError,
  { requestId, service, isQuery }: AnswerOptions,
): WireAnswer {
  return {
    status: error.status,
    contentType: isQuery ? XML_CONTENT_TYPE : JSON_CONTENT_TYPE,
    body: isQuery
      ? queryError(error, service?.model.xmlNamespace ?? '', requestId)
      : JSON.stringify(jsonError(error, service?.model)),
    errorCode: error.code,
  }
}
