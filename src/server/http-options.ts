import type { HttpBindings } from '@hono/node-server'
import type { Logger } from '../core/logger.js'
import type { WireAnswer } from './answer.js'
import type { Metrics } from './metrics.js'
import type { WireRequest } from './ports.js'
import type { Rate } from './token-buckets.js'

/** What the routes of a server work with. */
export interface HttpAppOptions {
  readonly handle: (request: WireRequest) => Promise<WireAnswer>
  readonly metrics: Metrics
  readonly logger: Logger
  /** Why the server cannot do its work now; undefined when it can. */
  readonly problem: () => string | undefined
  readonly isDraining: () => boolean
  readonly bodyBytes: number
  /** Of requests by address. */
  readonly addressRate: Rate
  /** Of requests by address that were not let in. */
  readonly refusedRate: Rate
  /** Lets a caller that is not on this machine read /metrics. */
  readonly metricsToken?: string | undefined
  /** What tests of clients may do beside the APIs; undefined outside of the test mode. */
  readonly test?: TestHooks | undefined
  readonly clock: () => Date
}

/** Of the test mode. */
export interface TestHooks {
  /** Empties the server between tests. */
  readonly reset: () => Promise<void>
  /** Takes nodes away as AWS takes Spot instances back; gives their ids. Throws HeadrigErrors. */
  readonly interrupt: (body: unknown) => readonly string[]
}

export type HttpEnv = { readonly Bindings: HttpBindings }
