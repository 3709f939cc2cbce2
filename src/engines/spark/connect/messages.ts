/** The messages of `connect.proto` as plain objects: what the client writes and reads. */
export interface UserContext {
  readonly userId: string
  readonly userName: string
}

/** What every request of a session says. */
export interface SessionPart {
  readonly sessionId: string
  readonly userContext: UserContext
  readonly clientType: string
  readonly clientObservedServerSideSessionId?: string
}

export interface Plan {
  readonly root?: Relation
  readonly command?: Command
}

export interface Relation {
  readonly sql?: SqlRelation
  readonly localRelation?: LocalRelation
  readonly chunkedCachedLocalRelation?: {
    readonly dataHashes: readonly string[]
    readonly schemaHash?: string
  }
}

export interface SqlRelation {
  readonly query: string
  readonly namedArguments?: Readonly<Record<string, Expression>>
  readonly posArguments?: readonly Expression[]
}

export interface LocalRelation {
  /** An Arrow IPC stream. */
  readonly data?: Uint8Array
  /** DDL or JSON. */
  readonly schema?: string
}

export interface Command {
  readonly sqlCommand?: { readonly input: Relation }
  readonly writeOperation?: {
    readonly input: Relation
    readonly source: string
    readonly path: string
    readonly mode: number
    readonly partitioningColumns: readonly string[]
    readonly options: Readonly<Record<string, string>>
  }
  readonly createDataframeView?: {
    readonly input: Relation
    readonly name: string
    readonly isGlobal: boolean
    readonly replace: boolean
  }
}

export interface Expression {
  readonly literal: Literal
}

/** Exactly one field; 64-bit ones as text. */
export interface Literal {
  readonly null?: DataType
  readonly binary?: Uint8Array
  readonly boolean?: boolean
  readonly integer?: number
  readonly long?: string
  readonly double?: number
  readonly decimal?: {
    readonly value: string
    readonly precision?: number
    readonly scale?: number
  }
  readonly string?: string
  readonly date?: number
  readonly timestamp?: string
  readonly timestampNtz?: string
}

type Empty = Readonly<Record<never, never>>

/** Exactly one field. */
export interface DataType {
  readonly null?: Empty
  readonly binary?: Empty
  readonly boolean?: Empty
  readonly byte?: Empty
  readonly short?: Empty
  readonly integer?: Empty
  readonly long?: Empty
  readonly float?: Empty
  readonly double?: Empty
  readonly decimal?: { readonly scale?: number; readonly precision?: number }
  readonly string?: Empty
  readonly char?: { readonly length?: number }
  readonly varChar?: { readonly length?: number }
  readonly date?: Empty
  readonly timestamp?: Empty
  readonly timestampNtz?: Empty
  readonly calendarInterval?: Empty
  readonly yearMonthInterval?: IntervalFields
  readonly dayTimeInterval?: IntervalFields
  readonly array?: { readonly elementType?: DataType }
  readonly struct?: { readonly fields: readonly StructField[] }
  readonly map?: { readonly keyType?: DataType; readonly valueType?: DataType }
  readonly udt?: { readonly type?: string; readonly sqlType?: DataType }
  readonly variant?: Empty
  readonly geometry?: { readonly srid?: number }
  readonly geography?: { readonly srid?: number }
  readonly time?: { readonly precision?: number }
}

export interface IntervalFields {
  readonly startField?: number
  readonly endField?: number
}

export interface StructField {
  readonly name?: string
  readonly dataType?: DataType
  readonly nullable?: boolean
}

export interface ExecutePlanRequest extends SessionPart {
  readonly operationId: string
  readonly plan: Plan
  readonly tags: readonly string[]
  readonly requestOptions: readonly {
    readonly reattachOptions?: { readonly reattachable: boolean }
    readonly resultChunkingOptions?: {
      readonly allowArrowBatchChunking: boolean
      readonly preferredArrowChunkSize?: number
    }
  }[]
}

/** What every answer of a session says. */
interface Answer {
  readonly serverSideSessionId?: string
}

export interface ExecutePlanResponse extends Answer {
  readonly responseId?: string
  readonly arrowBatch?: ArrowBatch
  readonly sqlCommandResult?: { readonly relation?: Relation }
  readonly resultComplete?: Empty
  readonly executionProgress?: ExecutionProgress
  readonly schema?: DataType
}

export interface ArrowBatch {
  readonly rowCount?: number
  readonly data?: Uint8Array
  readonly chunkIndex?: number
  readonly numChunksInBatch?: number
}

export interface ExecutionProgress {
  readonly stages: readonly {
    readonly numTasks?: number
    readonly numCompletedTasks?: number
    readonly inputBytesRead?: number
    readonly done?: boolean
  }[]
  readonly numInflightTasks?: number
}

export interface AddArtifactsRequest extends SessionPart {
  readonly batch?: { readonly artifacts: readonly { name: string; data: ArtifactChunk }[] }
  readonly beginChunk?: {
    readonly name: string
    readonly totalBytes: number
    readonly numChunks: number
    readonly initialChunk: ArtifactChunk
  }
  readonly chunk?: ArtifactChunk
}

export interface ArtifactChunk {
  readonly data: Uint8Array
  readonly crc: number
}

export interface ErrorDetails {
  readonly rootErrorIdx?: number
  readonly errors: readonly ServerError[]
}

export interface ServerError {
  readonly errorTypeHierarchy: readonly string[]
  readonly message?: string
  readonly causeIdx?: number
  readonly sparkThrowable?: {
    readonly errorClass?: string
    readonly messageParameters: Readonly<Record<string, string>>
    readonly queryContexts: readonly QueryContext[]
    readonly sqlState?: string
  }
}

/** Indices are code points from 0, the last one included. */
export interface QueryContext {
  readonly objectType?: string
  readonly objectName?: string
  readonly startIndex?: number
  readonly stopIndex?: number
  readonly fragment?: string
  readonly contextType?: number
}

export interface KeyValue {
  readonly key: string
  readonly value?: string
}

/** Every call of the service. */
export interface Calls {
  ExecutePlan: { request: ExecutePlanRequest; response: ExecutePlanResponse }
  ReattachExecute: {
    request: SessionPart & { operationId: string; lastResponseId?: string }
    response: ExecutePlanResponse
  }
  ReleaseExecute: {
    request: SessionPart & {
      operationId: string
      releaseAll?: Empty
      releaseUntil?: { responseId: string }
    }
    response: Answer
  }
  AnalyzePlan: {
    request: SessionPart & {
      schema?: { plan: Plan }
      explain?: { plan: Plan; explainMode: number }
      sparkVersion?: Empty
    }
    response: Answer & {
      schema?: { schema?: DataType }
      explain?: { explainString?: string }
      sparkVersion?: { version?: string }
    }
  }
  Config: {
    request: SessionPart & {
      operation: {
        set?: { pairs: readonly KeyValue[] }
        getOption?: { keys: readonly string[] }
        unset?: { keys: readonly string[] }
      }
    }
    response: Answer & { pairs: readonly KeyValue[]; warnings: readonly string[] }
  }
  AddArtifacts: {
    request: AddArtifactsRequest
    response: Answer & {
      artifacts: readonly { name?: string; isCrcSuccessful?: boolean }[]
    }
  }
  ArtifactStatus: {
    request: SessionPart & { names: readonly string[] }
    response: Answer & { statuses: Readonly<Record<string, { exists?: boolean }>> }
  }
  Interrupt: {
    request: SessionPart & { interruptType: number; operationTag?: string; operationId?: string }
    response: Answer & { interruptedIds: readonly string[] }
  }
  ReleaseSession: { request: SessionPart; response: Answer }
  FetchErrorDetails: {
    request: SessionPart & { errorId: string }
    response: Answer & ErrorDetails
  }
}
