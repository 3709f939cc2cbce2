import { randomUUID } from 'node:crypto'
import { sleep } from '../../core/concurrency.js'
import { HeadrigError, reasonOf, type ErrorKind } from '../../core/errors.js'
import type { AwsIdentity } from '../../storage/aws-identity.js'
import { signRequest, type AwsRequest } from '../../storage/aws-request.js'
import { isOver, JOB_RUN_STATES, type JobRun, type JobRunSpec } from './job-run.js'
import { startBody } from './start-body.js'

export interface EmrServerlessOptions {
  readonly applicationId: string
  /** Asked before every call. */
  readonly identity: () => Promise<AwsIdentity>
  /** Of a stand-in; default: that of the region. */
  readonly endpoint?: string
  /** How long to wait between attempts at first, in milliseconds. Default 500. */
  readonly patienceMs?: number
}

/** Spark jobs of one EMR Serverless application. */
export interface EmrServerless {
  /** Starts a run. Sent again after a failure it stays one run. */
  start(spec: JobRunSpec, signal?: AbortSignal): Promise<JobRun>
  get(jobRunId: string, signal?: AbortSignal): Promise<JobRun>
  /** Asks for the end of a run; `get` says when it has come. */
  cancel(jobRunId: string, signal?: AbortSignal): Promise<void>
  /** Polls until a run is over. Cancels it when the signal is aborted. */
  wait(jobRunId: string, options?: WaitOptions): Promise<JobRun>
}

export interface WaitOptions {
  readonly signal?: AbortSignal
  /** Default 10 s. */
  readonly everyMs?: number
  readonly onState?: (run: JobRun) => void
}

const ATTEMPTS = 5
const TIMEOUT_MS = 30_000

/** The service's error names, in ours. */
const KINDS: Readonly<Record<string, ErrorKind>> = {
  ValidationException: 'invalid',
  ResourceNotFoundException: 'not-found',
  ConflictException: 'conflict',
  AccessDeniedException: 'forbidden',
  ServiceQuotaExceededException: 'unavailable',
  ThrottlingException: 'unavailable',
  TooManyRequestsException: 'unavailable',
  InternalServerException: 'unavailable',
  UnrecognizedClientException: 'unauthenticated',
  InvalidSignatureException: 'unauthenticated',
  ExpiredTokenException: 'unauthenticated',
  MissingAuthenticationTokenException: 'unauthenticated',
}

/**
 * Opens an application that exists.
 * @example
 * const emr = openEmrServerless({ applicationId, identity: awsIdentity({}) })
 * const run = await emr.wait((await emr.start({ entryPoint, executionRoleArn })).jobRunId)
 */
export function openEmrServerless(options: EmrServerlessOptions): EmrServerless {
  const { applicationId, identity, patienceMs = 500 } = options
  if (!/^[0-9a-z]{1,64}$/.test(applicationId))
    throw new HeadrigError(
      'invalid',
      `${JSON.stringify(applicationId)} is no id of an application: it is letters and digits`,
    )
  const root = `/applications/${applicationId}/jobruns`

  const call = async (
    method: AwsRequest['method'],
    path: string,
    body: object | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Record<string, unknown>> => {
    for (let attempt = 1; ; attempt++) {
      try {
        const caller = await identity()
        const base = options.endpoint ?? `https://emr-serverless.${caller.region}.amazonaws.com`
        return await send(method, new URL(path, base), body, caller, signal)
      } catch (error) {
        if (signal?.aborted) throw signal.reason
        const again = error instanceof HeadrigError && error.details['retry'] === true
        if (!again || attempt === ATTEMPTS) throw error
        await sleep(patienceMs * 2 ** (attempt - 1), signal)
      }
    }
  }
  const get = async (jobRunId: string, signal?: AbortSignal): Promise<JobRun> => {
    const { jobRun } = await call('GET', `${root}/${idOf(jobRunId)}`, undefined, signal)
    return readRun(jobRun, applicationId)
  }
  const cancel = async (jobRunId: string, signal?: AbortSignal): Promise<void> => {
    await call('DELETE', `${root}/${idOf(jobRunId)}`, undefined, signal)
  }
  return {
    get,
    cancel,
    async start(spec, signal) {
      const body = startBody(spec, spec.clientToken ?? randomUUID())
      const { jobRunId } = await call('POST', root, body, signal)
      return get(textOf(jobRunId), signal)
    },
    async wait(jobRunId, { signal, everyMs = 10_000, onState } = {}) {
      try {
        for (;;) {
          const run = await get(jobRunId, signal)
          onState?.(run)
          if (isOver(run.state)) return run
          await sleep(everyMs, signal)
        }
      } catch (error) {
        if (signal?.aborted) await cancel(jobRunId).catch(() => undefined)
        throw error
      }
    },
  }
}

async function send(
  method: AwsRequest['method'],
  url: URL,
  body: object | undefined,
  { region, credentials }: AwsIdentity,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown>> {
  const text = body && JSON.stringify(body)
  const headers = signRequest({
    service: 'emr-serverless',
    region,
    method,
    url,
    ...(text !== undefined && { body: text }),
    credentials,
    now: new Date(),
  })
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  let answer: Response
  let said: string
  try {
    answer = await fetch(url, {
      method,
      headers,
      ...(text !== undefined && { body: text }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    said = await answer.text()
  } catch (error) {
    throw new HeadrigError('unavailable', `cannot reach ${url.host}: ${reasonOf(error)}`, {
      cause: error,
      details: { retry: true },
    })
  }
  const value = parsed(said)
  if (answer.ok) return value
  throw refusal(answer, value)
}

function refusal(answer: Response, value: Record<string, unknown>): HeadrigError {
  const name = (answer.headers.get('x-amzn-errortype') ?? textOf(value['__type']))
    .replace(/:.*$/, '')
    .replace(/^.*#/, '')
  const kind =
    KINDS[name] ??
    (answer.status >= 500 ? 'unavailable' : answer.status === 403 ? 'forbidden' : 'invalid')
  const said = textOf(value['message'] ?? value['Message'], `status ${answer.status}`)
  const retry = kind === 'unavailable' && name !== 'ServiceQuotaExceededException'
  return new HeadrigError(
    kind,
    `emr serverless answers ${name === '' ? answer.status : name}: ${said}`,
    { details: { retry, name, requestId: answer.headers.get('x-amzn-requestid') } },
  )
}

function parsed(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text === '' ? '{}' : text) ?? {}) as Record<string, unknown>
  } catch {
    return { message: text.slice(0, 200) }
  }
}

function readRun(value: unknown, applicationId: string): JobRun {
  const run = (value ?? {}) as Record<string, unknown>
  const state = JOB_RUN_STATES.find((s) => s === run['state'])
  if (state === undefined)
    throw new HeadrigError(
      'unavailable',
      `emr serverless gives a state that we do not know: ${JSON.stringify(run['state'])}`,
    )
  return {
    applicationId,
    jobRunId: textOf(run['jobRunId']),
    name: textOf(run['name']) || undefined,
    state,
    stateDetails: textOf(run['stateDetails']),
    createdAt: timeOf(run['createdAt']),
    updatedAt: timeOf(run['updatedAt']),
  }
}

function textOf(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise
}

/** The service writes seconds since 1970. */
function timeOf(value: unknown): string | undefined {
  return typeof value === 'number' ? new Date(value * 1000).toISOString() : undefined
}

function idOf(jobRunId: string): string {
  if (/^[0-9a-z]{1,64}$/.test(jobRunId)) return jobRunId
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(jobRunId)} is no id of a job run: it is letters and digits`,
  )
}
