import { randomUUID } from 'node:crypto'
import { HeadrigError, isKind } from '../../../core/errors.js'
import { sha256Hex } from '../../../core/sha256.js'
import { type Artifact, uploadRequests } from './artifacts.js'
import { bindText, type BoundText } from './bind-text.js'
import { type LocalData, localStream } from './local-data.js'
import type { ExecutePlanResponse, ExecutionProgress, Plan, Relation } from './messages.js'
import { boundSql, hasParameters, type Parameters } from './parameters.js'
import {
  columnsOf,
  commandResult,
  openResult,
  type SparkColumn,
  type SparkResult,
} from './result.js'
import { Wire, type WireOptions } from './wire.js'

/**
 * `url` is Spark's own form, `sc://host:port/;token=…;use_ssl=true;user_id=…`; `token` replaces the one in
 * it, so that the two can be kept apart. The rest has defaults:
 * `clientType` (what the server's log calls us), `timeoutMs` for calls other than queries (two
 * minutes), `maxMessageBytes` (128 MiB, as Spark has it), `keepaliveMs` between pings (five minutes,
 * more often and Spark's server hangs up), `ca` (PEM, instead of the system's), `retry` (ten attempts
 * in about 45 seconds).
 */
export type ConnectOptions = WireOptions

export interface RunOptions {
  readonly params?: Parameters
  /** Ends the operation on the server; its reason is thrown. */
  readonly signal?: AbortSignal
  /** Called when the server reports, about every two seconds. */
  readonly onProgress?: (progress: SparkProgress) => void
  /** Words by which `interrupt` finds it; without commas. */
  readonly tags?: readonly string[]
}

export interface SparkProgress {
  readonly tasks: number
  readonly tasksDone: number
  readonly tasksRunning: number
  readonly bytesRead: number
}

interface Bound {
  readonly sql: string
  readonly sent?: BoundText
  readonly relation: Relation
}

const EXPLAIN_MODES = { simple: 1, extended: 2, codegen: 3, cost: 4, formatted: 5 } as const
export type ExplainMode = keyof typeof EXPLAIN_MODES

const APPEND = 1

/** Files that executors write. */
export interface FileTarget {
  /** Where to, in the spelling of Hadoop's file systems; files that are there stay. */
  readonly path: string
  /** `parquet`, `text`, … */
  readonly source: string
  readonly partitionBy?: readonly string[]
  readonly options?: Readonly<Record<string, string>>
}

const INTERRUPT = { all: 1, tag: 2, operation: 3 } as const
const INLINE_BYTES = 1 << 20
const CACHED_CHUNK_BYTES = 16 << 20

/**
 * A session of its own on a Spark Connect server: settings, temporary views and files are not shared
 * with others. Failures are `HeadrigError`s; what Spark reports has its class of error in
 * `details.type`, and `details.position` when the place in the text is known.
 * @example
 * const spark = await SparkConnectSession.connect({ url })
 * const result = await spark.sql('SELECT :n + 1 AS next', { params: { n: 41 } })
 * for await (const rows of result.rows()) console.log(result.columns[0].name, rows) // next [[42]]
 * await spark.close()
 */
export class SparkConnectSession {
  /** Of the server, such as `4.2.0`. */
  readonly sparkVersion: string
  readonly #wire: Wire
  #binds: Promise<boolean> | undefined

  private constructor(wire: Wire, sparkVersion: string) {
    this.#wire = wire
    this.sparkVersion = sparkVersion
  }

  /**
   * Asks the server for its version, so that a wrong address or token is told here.
   * @throws HeadrigError `invalid` address, `unauthenticated`, `unavailable`
   */
  static async connect(options: ConnectOptions): Promise<SparkConnectSession> {
    const wire = new Wire(options)
    try {
      const asked = { sparkVersion: {} }
      const { sparkVersion } = await wire.call('AnalyzePlan', asked, { attempts: 0 })
      return new SparkConnectSession(wire, sparkVersion?.version ?? '')
    } catch (error) {
      wire.disconnect()
      throw error
    }
  }

  get sessionId(): string {
    return this.#wire.sessionId
  }

  /**
   * Runs any statement. A command (DDL, INSERT, SET, …) has run when this resolves, and once; a query
   * runs as it is read.
   * @example await spark.sql('CREATE TABLE t USING delta AS SELECT * FROM v WHERE a = ?', { params: [1] })
   */
  async sql(text: string, options: RunOptions = {}): Promise<SparkResult> {
    const bound = await this.#bound(text, options.params)
    const input = bound.relation
    const relation = await commandResult(
      this.#run({ command: { sqlCommand: { input } } }, options, bound).responses,
    )
    return this.#open({ ...bound, relation: relation?.localRelation ? relation : input }, options)
  }

  /**
   * Runs a statement that is known to be a query: one round trip less than `sql`.
   * @example const { columns, batches } = await spark.query('SELECT 1 AS one')
   */
  async query(text: string, options: RunOptions = {}): Promise<SparkResult> {
    return this.#open(await this.#bound(text, options.params), options)
  }

  /**
   * Runs a query, whose rows the executors write to files. They are all there when this resolves.
   * @example await spark.write('SELECT 1 AS one', { path: '/tmp/one', source: 'parquet' })
   */
  async write(text: string, target: FileTarget, options: RunOptions = {}): Promise<void> {
    const bound = await this.#bound(text, options.params)
    const { path, source, partitionBy = [], options: given = {} } = target
    const own = { input: bound.relation, source, path, mode: APPEND, options: given }
    const writeOperation = { ...own, partitioningColumns: partitionBy }
    await commandResult(this.#run({ command: { writeOperation } }, options, bound).responses)
  }

  /** The columns that a query would have; it does not run. */
  async schema(text: string, params?: Parameters): Promise<SparkColumn[]> {
    const { relation: root, ...sent } = await this.#bound(text, params)
    const { schema } = await this.#wire.call('AnalyzePlan', { schema: { plan: { root } } }, sent)
    return columnsOf(schema?.schema)
  }

  /**
   * How Spark would run a query, in its own words.
   * @example await spark.explain('SELECT * FROM t', 'formatted')
   */
  async explain(text: string, mode: ExplainMode = 'simple', params?: Parameters): Promise<string> {
    const { relation: root, ...sent } = await this.#bound(text, params)
    const own = { explain: { plan: { root }, explainMode: EXPLAIN_MODES[mode] } }
    const { explain } = await this.#wire.call('AnalyzePlan', own, sent)
    return explain?.explainString ?? ''
  }

  /** A setting of this session; undefined when neither the session nor Spark has a value. */
  async getConfig(key: string): Promise<string | undefined> {
    const { pairs } = await this.#wire.call('Config', { operation: { getOption: { keys: [key] } } })
    return pairs[0]?.value
  }

  /**
   * Sets settings of this session.
   * @returns Spark's warnings
   * @example await spark.setConfig({ 'spark.sql.shuffle.partitions': '8' })
   */
  async setConfig(settings: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const pairs = Object.entries(settings).map(([key, value]) => ({ key, value }))
    return (await this.#wire.call('Config', { operation: { set: { pairs } } })).warnings
  }

  /** Back to Spark's own default, whatever the server was started with. */
  async unsetConfig(...keys: readonly string[]): Promise<void> {
    await this.#wire.call('Config', { operation: { unset: { keys } } })
  }

  /**
   * Makes a temporary view of rows from here, for small look-ups; replaces one of that name.
   * @example
   * await spark.createTempView('names', { columns: { ip: 'string', n: 'long' }, rows: [['192.0.2.1', 7]] })
   */
  async createTempView(name: string, data: LocalData): Promise<void> {
    const { schema, stream } = localStream(data)
    const input = await this.#local(schema, stream)
    const view = { input, name, isGlobal: false, replace: true }
    await commandResult(this.#run({ command: { createDataframeView: view } }, {}).responses)
  }

  /**
   * Gives files to this session's jobs: `files/x` (found by `SparkFiles`), `archives/x.zip`,
   * `jars/x.jar`, `pyfiles/x.py`. A name is taken once.
   * @example await spark.addArtifacts([{ name: 'files/ips.txt', data: Buffer.from('192.0.2.1') }])
   */
  async addArtifacts(artifacts: readonly Artifact[]): Promise<void> {
    const { artifacts: told } = await this.#wire.upload(uploadRequests(artifacts))
    const broken = told.filter((artifact) => artifact.isCrcSuccessful !== true)
    if (broken.length > 0) {
      const names = broken.map(({ name }) => name).join(', ')
      throw new HeadrigError('unavailable', `spark got other bytes of ${names}: send them again`)
    }
  }

  /**
   * Ends operations of this session, of others of its id too.
   * @returns the ids of those that ran
   */
  async interrupt(
    what: 'all' | { readonly tag: string } | { readonly operationId: string } = 'all',
  ): Promise<readonly string[]> {
    const own =
      what === 'all'
        ? { interruptType: INTERRUPT.all }
        : 'tag' in what
          ? { interruptType: INTERRUPT.tag, operationTag: what.tag }
          : { interruptType: INTERRUPT.operation, operationId: what.operationId }
    return (await this.#wire.call('Interrupt', own)).interruptedIds
  }

  /** Releases the session and its operations, when the server can be reached. */
  close(): Promise<void> {
    return this.#wire.close()
  }

  async #open({ relation, ...text }: Bound, options: RunOptions): Promise<SparkResult> {
    const { operationId, responses } = this.#run({ root: relation }, options, text)
    return openResult(operationId, responses)
  }

  #run(
    plan: Plan,
    { signal, onProgress, tags }: RunOptions,
    { sql, sent }: Partial<Bound> = {},
  ): { operationId: string; responses: AsyncGenerator<ExecutePlanResponse> } {
    const operationId = randomUUID()
    const responses = this.#wire.run({
      plan,
      operationId,
      ...(sql === undefined ? {} : { sql }),
      ...(sent ? { sent } : {}),
      ...(tags ? { tags } : {}),
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress: (told) => onProgress(progressOf(told)) } : {}),
    })
    return { operationId, responses }
  }

  async #bound(sql: string, params?: Parameters): Promise<Bound> {
    const relation = boundSql(sql, params)
    if (!hasParameters(relation) || (await this.#bindsParameters())) {
      return { sql, relation: { sql: relation } }
    }
    const sent = bindText(relation)
    return { sql, sent, relation: { sql: { query: sent.text } } }
  }

  /** Whether the server's parser takes parameters: that of Delta's SQL extension loses them. */
  #bindsParameters(): Promise<boolean> {
    this.#binds ??= this.#wire
      .call('AnalyzePlan', { schema: { plan: { root: { sql: boundSql('SELECT ?', [1]) } } } })
      .then(() => true)
      .catch((error: unknown) => {
        if (isKind(error, 'invalid') && error.details['type'] === 'UNBOUND_SQL_PARAMETER') {
          return false
        }
        this.#binds = undefined
        throw error
      })
    return this.#binds
  }

  /** In the request, or uploaded before it when it is large. */
  async #local(schema: string, stream: Uint8Array): Promise<Relation> {
    if (stream.length <= INLINE_BYTES) return { localRelation: { data: stream, schema } }
    if (stream.length > CACHED_CHUNK_BYTES) {
      throw new HeadrigError(
        'invalid',
        `a view of ${stream.length} bytes is too large: write a table`,
      )
    }
    const parts = [stream, Buffer.from(schema)].map((data) => ({
      hash: sha256Hex(data),
      data,
    }))
    await this.addArtifacts(parts.map(({ hash, data }) => ({ name: `cache/${hash}`, data })))
    const [data, ddl] = parts.map(({ hash }) => hash)
    return {
      chunkedCachedLocalRelation: {
        dataHashes: data === undefined ? [] : [data],
        ...(ddl === undefined ? {} : { schemaHash: ddl }),
      },
    }
  }
}

function progressOf({ stages, numInflightTasks }: ExecutionProgress): SparkProgress {
  const sum = (of: (stage: ExecutionProgress['stages'][number]) => number | undefined): number =>
    stages.reduce((total, stage) => total + (of(stage) ?? 0), 0)
  return {
    tasks: sum((stage) => stage.numTasks),
    tasksDone: sum((stage) => stage.numCompletedTasks),
    tasksRunning: numInflightTasks ?? 0,
    bytesRead: sum((stage) => stage.inputBytesRead),
  }
}
