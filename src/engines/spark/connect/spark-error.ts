import { type ErrorKind, HeadrigError } from '../../../core/errors.js'
import { caret, positionAt, type Position } from '../../../sql/position.js'
import type { BoundText } from './bind-text.js'
import { type Failure, GRPC, readFailure } from './failure.js'
import type { ErrorDetails, QueryContext, ServerError } from './messages.js'

/** What is known about the call that failed. */
export interface ErrorContext {
  /** The text that ran, if it was SQL. */
  readonly sql?: string
  /** That text as it was sent, when it differs. */
  readonly sent?: BoundText
  /** Such as `sc://host:15002`. */
  readonly server: string
  /** Asks the server for what the trailer had no room for. */
  readonly fetchDetails?: (errorId: string) => Promise<ErrorDetails>
}

/** `details` of an error that Spark itself reported. */
export interface SparkErrorDetails {
  /** Spark's class of error, such as `TABLE_OR_VIEW_NOT_FOUND`. */
  readonly type: string
  readonly sqlState?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly sql?: string
  readonly position?: Position
  /** The part of the text that is at fault. */
  readonly fragment?: string
}

const CODES: Readonly<Record<number, ErrorKind>> = {
  [GRPC.UNAUTHENTICATED]: 'unauthenticated',
  [GRPC.PERMISSION_DENIED]: 'forbidden',
  [GRPC.UNAVAILABLE]: 'unavailable',
  [GRPC.DEADLINE_EXCEEDED]: 'unavailable',
  [GRPC.CANCELLED]: 'unavailable',
  [GRPC.RESOURCE_EXHAUSTED]: 'unavailable',
}
const INVALID_JAVA =
  /\.(ParseException|AnalysisException|\w*IllegalArgumentException|Spark(Arithmetic|ArrayIndexOutOfBounds|DateTime|NumberFormat|UnsupportedOperation|Runtime)Exception)$/
// What tells more than the state does.
const JAVA: readonly (readonly [RegExp, ErrorKind])[] = [
  [/OutOfMemory|ConnectException|SocketTimeout|UnknownHost/, 'unavailable'],
  [/AccessDenied|AccessControlException/, 'forbidden'],
]
const STATES: readonly (readonly [RegExp, ErrorKind])[] = [
  [/^42501/, 'forbidden'],
  [/^(?:2D|40)/, 'conflict'],
  [/^(?:53|56|57|58|KD)/, 'unavailable'],
  [/^(?:07|0A|0B|2[1-8]|39|42|54|P0)/, 'invalid'],
]

/** What a failed call throws: Spark's words, its class of error, and the place in the text. */
export async function sparkError(error: unknown, context: ErrorContext): Promise<HeadrigError> {
  if (error instanceof HeadrigError) return error
  const failure = readFailure(error)
  const { server, sql } = context
  if (failure.code === undefined) {
    return new HeadrigError('internal', `spark client: ${failure.message}`, { cause: error })
  }
  const fetched = await detailsOf(failure, context)
  const told = chain(fetched).find((e) => e.sparkThrowable?.errorClass !== undefined)
  const type = told?.sparkThrowable?.errorClass ?? failure.errorClass
  if (type === undefined && failure.errorId === undefined) {
    return new HeadrigError(CODES[failure.code] ?? 'internal', transport(failure, server), {
      cause: error,
      details: { type: '', server },
    })
  }
  const sqlState = told?.sparkThrowable?.sqlState ?? failure.sqlState
  const kind = kindOf(
    { ...failure, ...(sqlState === undefined ? {} : { sqlState }) },
    type,
    fetched,
  )
  const whole = told?.message ?? chain(fetched)[0]?.message ?? failure.message
  const place = sql === undefined ? undefined : placeOf(sql, context.sent, told, whole)
  const words = wordsOf(whole)
  const details: SparkErrorDetails = {
    type: type ?? '',
    ...(sqlState === undefined ? {} : { sqlState }),
    ...(told ? { parameters: told.sparkThrowable?.messageParameters ?? {} } : {}),
    ...(sql === undefined ? {} : { sql }),
    ...place,
  }
  return new HeadrigError(
    kind,
    place && sql !== undefined
      ? `${words} (line ${place.position.line}, column ${place.position.column})\n${caret(sql, place.position)}`
      : words,
    { cause: error, details: { ...details } },
  )
}

async function detailsOf(
  { errorId }: Failure,
  { fetchDetails }: ErrorContext,
): Promise<ErrorDetails> {
  if (errorId === undefined || !fetchDetails) return { errors: [] }
  return fetchDetails(errorId).catch(() => ({ errors: [] }))
}

/** An error and its causes. */
function chain({ rootErrorIdx, errors }: ErrorDetails): ServerError[] {
  const found: ServerError[] = []
  for (let at = rootErrorIdx; at !== undefined && found.length < errors.length;) {
    const error: ServerError | undefined = errors[at]
    if (!error) break
    found.push(error)
    at = error.causeIdx
  }
  return found
}

function kindOf(failure: Failure, type: string | undefined, details: ErrorDetails): ErrorKind {
  if (type?.startsWith('INVALID_HANDLE.') || type === 'OPERATION_CANCELED') return 'unavailable'
  if (type?.startsWith('INTERNAL_ERROR')) return 'internal'
  const classes = [...failure.classes, ...chain(details).flatMap((e) => e.errorTypeHierarchy)]
  const java = JAVA.find(([pattern]) => classes.some((name) => pattern.test(name)))
  const state = STATES.find(([pattern]) => pattern.test(failure.sqlState ?? ''))
  const said = java?.[1] ?? state?.[1]
  if (said) return said
  if (classes.some((name) => INVALID_JAVA.test(name))) return 'invalid'
  return CODES[failure.code ?? GRPC.INTERNAL] ?? 'internal'
}

function transport({ code, message }: Failure, server: string): string {
  if (code === GRPC.UNAUTHENTICATED) return `${server} does not accept the token: ${plain(message)}`
  if (code === GRPC.UNAVAILABLE) return `${server} cannot be reached: ${plain(message)}`
  if (code === GRPC.DEADLINE_EXCEEDED) return `${server} did not answer in time: ${plain(message)}`
  if (code === GRPC.UNIMPLEMENTED) return `${server} is no Spark Connect server: ${plain(message)}`
  return `${server}: ${plain(message)}`
}

function placeOf(
  sql: string,
  sent: BoundText | undefined,
  error: ServerError | undefined,
  message: string,
): { position: Position; fragment?: string } | undefined {
  const ran = sent?.text ?? sql
  const index = indexOf(ran, error, message)
  if (index === undefined) return undefined
  const fragment = error?.sparkThrowable?.queryContexts.find(isOfText)?.fragment
  return { position: at(sql, sent ? sent.at(index) : index), ...(fragment ? { fragment } : {}) }
}

/** Spark counts code points. */
function indexOf(ran: string, error: ServerError | undefined, message: string): number | undefined {
  const context = error?.sparkThrowable?.queryContexts.find(isOfText)
  const { startIndex, fragment = '' } = context ?? {}
  if (startIndex !== undefined) {
    const index = Array.from(ran).slice(0, startIndex).join('').length
    if (ran.startsWith(fragment, index)) return index
  }
  const [, line, pos] = /[;(]\s*line (\d+),? pos (\d+)/.exec(message) ?? []
  if (line === undefined || pos === undefined) return undefined
  const lines = ran.split('\n')
  const text = lines[Number(line) - 1]
  if (text === undefined) return undefined
  const before = lines.slice(0, Number(line) - 1).reduce((sum, l) => sum + l.length + 1, 0)
  return before + Array.from(text).slice(0, Number(pos)).join('').length
}

/** Of the statement itself, not of a view that it names. */
function isOfText({ contextType, objectType }: QueryContext): boolean {
  return (contextType ?? 0) === 0 && (objectType ?? '') === ''
}

function at(sql: string, index: number): Position {
  return positionAt(sql, Buffer.byteLength(sql.slice(0, index)))
}

/** Without the class, the state, the place and the plan, which are told elsewhere. */
function wordsOf(message: string): string {
  return plain(
    message
      .replace(/^\s*(?:[\w.$]+(?:Exception|Error): )?\[[A-Z0-9_.]+\] /, '')
      .replace(/;?\s*line \d+ pos \d+[;\s][\s\S]*$/, '')
      .replace(/\s*SQLSTATE: [0-9A-Z]{5}[\s\S]*$/, '')
      .replace(/\n== [\s\S]*$/, ''),
  )
}

function plain(message: string): string {
  const words = message
    .replace(/ ?Resolution note:[\s\S]*$/, '')
    .replace(/^\s*(?:at )?[\w.$/]+\([\w.: ]+\)$/gm, '')
    .trim()
    .replace(/\.?\s*\n\s*/g, ': ')
    .replace(/[.!]+$/, '')
  return /^[A-Z](?:[a-z]| [a-z])/.test(words)
    ? words.charAt(0).toLowerCase() + words.slice(1)
    : words
}
