import { AwsError } from '../wire/aws-error.js'
import { parseTarget } from '../wire/json11.js'
import { parseForm, type QueryForm } from '../wire/query.js'
import type { AwsService } from '../wire/service.js'
import { headerOf } from './headers.js'
import type { WireRequest } from './ports.js'
import type { ServiceTable } from './service-table.js'

/** What a request is for, as far as it can be read; the operation may not be there. */
export interface Sought {
  readonly service: AwsService
  readonly name: string
  /** Of the Query protocol. */
  readonly form?: QueryForm
}

const FORM = /^application\/x-www-form-urlencoded\b/i
const JSON_1_1 = /^application\/x-amz-json-1\.[01]\b/i

/**
 * Reads which API a request is for: `X-Amz-Target`, or the form of the Query protocol.
 * @throws AwsError that says how to call
 */
export function findRoute(request: WireRequest, table: ServiceTable): Sought {
  const target = headerOf(request.rawHeaders, 'x-amz-target')
  if (target !== undefined) {
    const { prefix, name } = parseTarget(target)
    const service = table.serviceOf(prefix)
    if (!service)
      throw new AwsError(
        'UnknownOperationException',
        `No API here has the target ${JSON.stringify(target.slice(0, 128))}`,
      )
    return { service, name }
  }
  if (!isForm(request.rawHeaders))
    throw new AwsError(
      'UnknownOperationException',
      'The request names no operation: it has no X-Amz-Target and is no form',
    )
  const form = parseForm(request.body)
  const version = form.get('Version') ?? ''
  const service = table.queryServiceOf(version)
  if (!service)
    throw new AwsError(
      'NoSuchVersion',
      `No API of the Query protocol here has the version ${JSON.stringify(version.slice(0, 64))}`,
    )
  return { service, name: form.get('Action') ?? '', form }
}

/** Whether a request is of the Query protocol, whose answers are XML. */
export function isForm(rawHeaders: readonly string[]): boolean {
  return (
    headerOf(rawHeaders, 'x-amz-target') === undefined &&
    FORM.test(headerOf(rawHeaders, 'content-type') ?? '')
  )
}

/** @throws AwsError `SerializationException` for a JSON call whose body says to be something else */
export function checkContentType({ rawHeaders }: WireRequest, { form }: Sought): void {
  const contentType = headerOf(rawHeaders, 'content-type') ?? ''
  if (form || JSON_1_1.test(contentType)) return
  throw new AwsError(
    'SerializationException',
    `Content-Type ${JSON.stringify(contentType.slice(0, 64))} is not application/x-amz-json-1.1`,
  )
}
