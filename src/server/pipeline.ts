import type { Principal } from '../auth/principal.js'
import type { AuditEntry, AuditSink } from '../audit/sink.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import { AwsError } from '../wire/aws-error.js'
import { parseJson } from '../wire/parse-json.js'
import { queryInput } from '../wire/query.js'
import type { AwsOperation, Call, Json, JsonObject } from '../wire/service.js'
import { errorAnswer, successAnswer, type WireAnswer } from './answer.js'
import { asAwsError } from './as-aws-error.js'
import { claimedAccessKeyId } from './claimed-key.js'
import { checkContentType, findRoute, isForm, type Sought } from './find-route.js'
import { headerOf } from './headers.js'
import type { Authenticated, Authenticator, Authoriser, WireRequest } from './ports.js'
import type { Route, ServiceTable } from './service-table.js'
import type { TokenBuckets } from './token-buckets.js'
import { withinTime } from './within-time.js'

export interface PipelineOptions {
  readonly table: ServiceTable
  readonly authenticator: Authenticator
  readonly authoriser: Authoriser
  readonly audit: AuditSink
  readonly account: string
  readonly region: string
  /** Of callers, by access key. */
  readonly keyRate: TokenBuckets
  /** How long a call may work for its answer, milliseconds. */
  readonly callTime: number
  readonly logger: Logger
}

/** What is found out about a call while it is worked on; the audit record is made of it. */
interface Progress {
  sought?: Sought | undefined
  route?: Route
  authenticated?: Authenticated
  input?: JsonObject
  output?: JsonObject
  error?: AwsError
}

const UNKNOWN_SOURCE = 'headrig.amazonaws.com'
/** What the names of operations begin with that change nothing. */
const READ_ONLY = /^(?:Describe|Get|List|Lookup)[A-Z]/
const LONGEST_AGENT = 1024

/**
 * Answers a call of an AWS API: finds the operation, verifies who calls, checks the input, asks the
 * policies, runs it, and answers when the audit record is kept. Never throws.
 * @example const answer = await pipeline(options)(request)
 */
export function pipeline(options: PipelineOptions): (request: WireRequest) => Promise<WireAnswer> {
  const { audit, logger } = options
  return async (request) => {
    const progress: Progress = {}
    try {
      const problem = audit.problem()
      if (problem !== undefined) throw unaudited(problem)
      progress.output = await withinTime(work(request, progress, options), {
        ms: options.callTime,
        late: () => {
          const error = tookTooLong(progress, options.callTime)
          request.ending.abort(error)
          return error
        },
        failedLate: (error) => logFailure(logger, request, asAwsError(error)),
      })
    } catch (error) {
      progress.error = asAwsError(error)
      if (progress.error.status >= 500) logFailure(logger, request, progress.error)
    }
    try {
      await audit.record(entryOf(request, progress, options))
    } catch (error) {
      progress.error = unaudited(messageOf(error))
      logFailure(logger, request, progress.error)
    }
    return answerOf(request, progress)
  }
}

async function work(
  request: WireRequest,
  progress: Progress,
  options: PipelineOptions,
): Promise<JsonObject> {
  const { table, authenticator, authoriser, account, region, keyRate } = options
  if (request.refused) {
    progress.sought = isForm(request.rawHeaders) ? undefined : findRoute(request, table)
    throw request.refused
  }
  const sought = (progress.sought = findRoute(request, table))
  const { service, name, form } = sought
  checkContentType(request, sought)
  const now = request.receivedAt
  const admit = (authenticated: Authenticated): Principal => {
    progress.authenticated = authenticated
    const { principal } = authenticated
    if (keyRate.take(principal.accessKeyId ?? principal.arn, now.getTime())) return principal
    throw new AwsError('ThrottlingException', 'Rate exceeded')
  }
  const own = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined
  const identify = own?.identify?.bind(own)
  const protocol = form ? 'query' : 'json'
  const wanted = { service: service.signingName, region, now, protocol } as const
  const signer = identify ? undefined : admit(await authenticator.authenticate(request, wanted))
  const route = (progress.route = table.route(service, name))
  const raw: Json = form ? queryInput(service.model, name, form) : parseJson(request.body)
  const input = (progress.input = route.validate(raw))
  const principal =
    signer ?? admit({ principal: await identifiedBy(identify, input, now), replayed: false })
  if (!route.operation)
    throw new AwsError(
      'UnsupportedOperationException',
      `${name} is not supported: ${service.unsupported[name] ?? 'headrig does not have it'}`,
    )
  const userAgent = agentOf(request)
  const call: Call = {
    principal,
    account,
    region,
    requestId: request.requestId,
    now: request.receivedAt,
    sourceIp: request.sourceIp,
    userAgent,
    get signal() {
      return request.ending.signal
    },
  }
  const denial = authoriser.denial(principal, await route.operation.access(input, call), {
    now: request.receivedAt,
    sourceIp: request.sourceIp,
    userAgent,
    secureTransport: request.tls !== undefined,
    region,
  })
  if (denial !== undefined)
    throw new AwsError(form ? 'AccessDenied' : 'AccessDeniedException', denial, {
      status: form ? 403 : 400,
    })
  return route.cut(await route.operation.run(input, call))
}

async function identifiedBy(
  identify: AwsOperation['identify'],
  input: JsonObject,
  now: Date,
): Promise<Principal> {
  if (identify) return identify(input, now)
  throw new Error('nobody signed, and nobody is asked who calls')
}

function entryOf(
  request: WireRequest,
  { sought, route, authenticated, input, output, error }: Progress,
  { account, region }: PipelineOptions,
): AuditEntry {
  return {
    now: request.receivedAt,
    requestId: request.requestId,
    account,
    region,
    sourceIp: request.sourceIp,
    userAgent: agentOf(request),
    principal: authenticated?.principal,
    claimedAccessKeyId: authenticated ? undefined : claimedAccessKeyId(request),
    eventSource: sought?.service.eventSource ?? UNKNOWN_SOURCE,
    eventName: eventNameOf(sought?.name ?? headerOf(request.rawHeaders, 'x-amz-target') ?? ''),
    readOnly: route?.operation?.readOnly ?? READ_ONLY.test(sought?.name ?? ''),
    model: sought?.service.model,
    input,
    output: error ? undefined : output,
    error: error && { code: error.code, message: error.message },
    tls: request.tls && {
      ...request.tls,
      clientProvidedHostHeader: headerOf(request.rawHeaders, 'host') ?? '',
    },
    additional: authenticated?.replayed ? { replayedSignature: true } : undefined,
  }
}

function answerOf(request: WireRequest, progress: Progress): WireAnswer {
  const { sought, route, authenticated, output, error } = progress
  const service = sought?.service
  const isQuery = isForm(request.rawHeaders)
  const options = { requestId: request.requestId, service, isQuery }
  const answer =
    error || !service || !route
      ? errorAnswer(error ?? asAwsError(undefined), options)
      : successAnswer(output ?? {}, route.name, { ...options, service })
  return { ...answer, service, operation: route?.name, principal: authenticated?.principal }
}

function agentOf(request: WireRequest): string {
  return (headerOf(request.rawHeaders, 'user-agent') ?? '').slice(0, LONGEST_AGENT)
}

/** What the client wrote, as far as it can be a name. */
function eventNameOf(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 128) || 'Unknown'
}

/** A read may be tried again at once, as clients do after 503; a write may have been done. */
function tookTooLong({ route }: Progress, ms: number): AwsError {
  const took = `The call took longer than ${ms / 1000} s`
  return route?.operation && !route.operation.readOnly
    ? new AwsError(
        'OperationTimedOutException',
        `${took}: whether it was done is not known, look before you try it again`,
      )
    : new AwsError('ServiceUnavailable', took, { status: 503 })
}

function unaudited(problem: string): AwsError {
  return new AwsError('ServiceUnavailable', `The call cannot be recorded: ${problem}`, {
    status: 503,
  })
}

function logFailure(logger: Logger, request: WireRequest, error: AwsError): void {
  const cause =
    error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : undefined
  logger.warn('a call failed', {
    requestId: request.requestId,
    error: error.message,
    ...(cause === undefined ? {} : { cause }),
  })
}
