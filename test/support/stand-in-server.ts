import type { AuditEntry, AuditSink } from '../../src/audit/sink.js'
import { silentLogger } from '../../src/core/logger.js'
import { emrService } from '../../src/emr/index.js'
import { openTestEmr } from '../../src/emr/test-support.js'
import { httpApp } from '../../src/server/http-app.js'
import type { HttpAppOptions } from '../../src/server/http-options.js'
import { listen, type ListenOptions } from '../../src/server/listen.js'
import { makeMetrics } from '../../src/server/metrics.js'
import { pipeline, type PipelineOptions } from '../../src/server/pipeline.js'
import type { Authenticator } from '../../src/server/ports.js'
import { serviceTable } from '../../src/server/service-table.js'
import { TokenBuckets } from '../../src/server/token-buckets.js'
import { AwsError } from '../../src/wire/aws-error.js'
import { loadModel } from '../../src/wire/load-model.js'
import type { AwsOperation, AwsService } from '../../src/wire/service.js'

export const EMR_HEADERS = {
  'content-type': 'application/x-amz-json-1.1',
  authorization: 'stand-in',
}
const RATE = { burst: 1e6, perSecond: 1e6 }

/** Lets in who sends `Authorization: stand-in`: it stands for the real one where that is not the matter. */
const standIn: Authenticator = {
  authenticate({ rawHeaders }) {
    const at = rawHeaders.findIndex((name) => name.toLowerCase() === 'authorization')
    if (at < 0 || rawHeaders[at + 1] !== 'stand-in')
      return Promise.reject(
        new AwsError('UnrecognizedClientException', 'not let in', { status: 403 }),
      )
    const arn = 'arn:aws:iam::111122223333:user/ada'
    const principal = {
      kind: 'IAMUser',
      account: '111122223333',
      arn,
      principalId: 'AIDA',
      tags: {},
    }
    return Promise.resolve({ principal: { ...principal, kind: 'IAMUser' }, replayed: false })
  },
}

export interface StandInOptions {
  readonly listen?: Partial<ListenOptions>
  readonly http?: Partial<HttpAppOptions>
  readonly pipeline?: Partial<PipelineOptions>
  /** In place of, or beside, EMR's own. */
  readonly operations?: Readonly<Record<string, AwsOperation>>
}

/** A server whose callers are let in by a word, and whose audit records stay in memory. */
export async function standInServer(options: StandInOptions = {}) {
  const entries: AuditEntry[] = []
  const audit: AuditSink = {
    record: (entry) => Promise.resolve(void entries.push(entry)),
    problem: () => undefined,
  }
  const opened = await openTestEmr()
  const own = emrService(opened.emr.context)
  const emr: AwsService = { ...own, operations: { ...own.operations, ...options.operations } }
  const sts: AwsService = {
    signingName: 'sts',
    eventSource: 'sts.amazonaws.com',
    model: loadModel('sts'),
    operations: {
      GetCallerIdentity: {
        readOnly: true,
        access: () => [],
        run: (_input, { principal }) => ({ Arn: principal.arn, Account: principal.account }),
      },
    },
    unsupported: {},
  }
  const metrics = makeMetrics()
  let isDraining = false
  const app = httpApp({
    handle: pipeline({
      table: serviceTable([emr, sts]),
      authenticator: standIn,
      authoriser: {
        denial: (_principal, requests) =>
          requests.some(({ action }) => action.endsWith(':DescribeReleaseLabel'))
            ? 'you may not'
            : undefined,
      },
      audit,
      account: '111122223333',
      region: 'us-east-1',
      keyRate: new TokenBuckets(RATE),
      callTime: 30_000,
      logger: silentLogger,
      ...options.pipeline,
    }),
    metrics,
    logger: silentLogger,
    problem: () => undefined,
    isDraining: () => isDraining,
    bodyBytes: 1 << 20,
    addressRate: RATE,
    refusedRate: RATE,
    clock: () => new Date(),
    ...options.http,
  })
  const listener = await listen(app, { host: '127.0.0.1', port: 0, ...options.listen })
  const scheme = options.listen?.tls ? 'https' : 'http'
  return {
    url: `${scheme}://127.0.0.1:${listener.port}/`,
    port: listener.port,
    entries,
    drain: () => void (isDraining = true),
    close: async (graceMs = 0) => {
      metrics.clear()
      await listener.close(graceMs)
      await opened.close()
    },
    /** Calls an operation of EMR. */
    async emr(name: string, body: string = '{}', headers: Record<string, string> = {}) {
      const answer = await fetch(`${scheme}://127.0.0.1:${listener.port}/`, {
        method: 'POST',
        headers: { ...EMR_HEADERS, 'x-amz-target': `ElasticMapReduce.${name}`, ...headers },
        body,
      })
      const text = await answer.text()
      return {
        status: answer.status,
        headers: answer.headers,
        json: JSON.parse(text) as Record<string, unknown>,
      }
    },
  }
}
