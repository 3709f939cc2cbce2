import { messageOf } from '../../core/errors.js'

/** What DuckDB says of a failure. */
export interface DuckDbFailure {
  /** Its class, such as `Binder` or `Conversion`; empty when the error is not DuckDB's. */
  readonly type: string
  readonly message: string
  /** Byte offset in the statement. */
  readonly position?: number
  /** What was not found. */
  readonly name?: string
  /** What kind of thing was not found, such as `Table`. */
  readonly missing?: string
}

/** Reads an error of DuckDB, in its JSON form (`errors_as_json`) or as text. */
export function readFailure(error: unknown): DuckDbFailure {
  const text = messageOf(error).replace(/^Failed to [a-z ]+: /, '')
  const brace = text.indexOf('{"exception_type"')
  if (brace >= 0) {
    const json = tryJson(text.slice(brace))
    if (json) {
      const { exception_type: type = '', exception_message: message = text, position, name } = json
      const missing =
        json['type'] ?? (json['error_subtype'] === 'COLUMN_NOT_FOUND' ? 'Column' : undefined)
      return {
        type,
        message,
        ...(position === undefined ? {} : { position: Number(position) }),
        ...(name === undefined ? {} : { name }),
        ...(missing === undefined ? {} : { missing }),
      }
    }
  }
  const match = /^([A-Za-z ]+?) Error: ([\s\S]*)$/.exec(text)
  if (!match) return { type: '', message: text }
  return { type: match[1] ?? '', message: (match[2] ?? '').replace(/\n\nLINE \d+:[\s\S]*$/, '') }
}

function tryJson(text: string): Record<string, string> | undefined {
  try {
    return JSON.parse(text) as Record<string, string>
  } catch {
    return undefined
  }
}
