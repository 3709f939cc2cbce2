import type { ServiceError } from '@grpc/grpc-js'
import { messageOf } from '../../../core/errors.js'
import { statusCodec } from './protocol.js'

/** gRPC's codes that mean something here. */
export const GRPC = {
  CANCELLED: 1,
  DEADLINE_EXCEEDED: 4,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const

/** What a failed call says by itself. */
export interface Failure {
  /** Undefined when the error is not gRPC's. */
  readonly code: number | undefined
  readonly message: string
  /** Such as `TABLE_OR_VIEW_NOT_FOUND`. */
  readonly errorClass?: string
  readonly sqlState?: string
  /** Java classes, the most special first. */
  readonly classes: readonly string[]
  /** To ask the server for more. */
  readonly errorId?: string
  /** The server allows another try, after this time. */
  readonly retryMs?: number
}

interface Status {
  readonly details: readonly { readonly typeUrl?: string; readonly value?: Uint8Array }[]
}

/** Reads the error of a call, and the details that came in its trailer. */
export function readFailure(error: unknown): Failure {
  if (!isServiceError(error)) return { code: undefined, message: messageOf(error), classes: [] }
  const message = error.details || error.message
  const named = /^\[([A-Z0-9_]+(?:\.[A-Z0-9_]+)?)\]/.exec(message)?.[1]
  const { info, retryMs } = detailsOf(error)
  const errorClass = info['errorClass'] ?? named
  const { sqlState, errorId } = info
  return {
    code: error.code,
    message,
    classes: listOf(info['classes']),
    ...(errorClass === undefined ? {} : { errorClass }),
    ...(sqlState === undefined ? {} : { sqlState }),
    ...(errorId === undefined ? {} : { errorId }),
    ...(retryMs === undefined ? {} : { retryMs }),
  }
}

/** True when the same request may work on another connection. */
export function isBroken({ code, message, retryMs }: Failure): boolean {
  if (code === GRPC.UNAVAILABLE || retryMs !== undefined) return true
  return (
    code === GRPC.INTERNAL && /INVALID_CURSOR\.DISCONNECTED|RST_STREAM|ECONNRESET/.test(message)
  )
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error
}

function detailsOf(error: ServiceError): { info: Record<string, string>; retryMs?: number } {
  const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? []
  if (!Buffer.isBuffer(bytes)) return { info: {} }
  let info: Record<string, string> = {}
  let retryMs: number | undefined
  try {
    for (const { typeUrl = '', value = new Uint8Array() } of statusCodec<Status>('Status').decode(
      bytes,
    ).details) {
      if (typeUrl.endsWith('/google.rpc.ErrorInfo')) {
        info = statusCodec<{ metadata: Record<string, string> }>('ErrorInfo').decode(value).metadata
      } else if (typeUrl.endsWith('/google.rpc.RetryInfo')) {
        const { retryDelay } = statusCodec<{
          retryDelay?: { seconds?: number; nanos?: number }
        }>('RetryInfo').decode(value)
        retryMs = (retryDelay?.seconds ?? 0) * 1000 + (retryDelay?.nanos ?? 0) / 1e6
      }
    }
  } catch {
    return { info: {} }
  }
  return { info, ...(retryMs === undefined ? {} : { retryMs }) }
}

function listOf(json: string | undefined): string[] {
  try {
    const list: unknown = JSON.parse(json ?? '[]')
    return Array.isArray(list) ? list.map(String) : []
  } catch {
    return []
  }
}
