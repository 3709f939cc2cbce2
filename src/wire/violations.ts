import { AwsError } from './aws-error.js'
import type { Json } from './service.js'

/** How many are told; the others are counted. */
const MOST_TOLD = 20
const LONGEST_VALUE = 200

/** What a request does against its model, in the words of AWS. */
export class Violations {
  readonly #told: string[] = []
  #count = 0

  /** `value`: undefined for what is not to be shown. */
  add(path: string, value: Json | undefined, constraint: string): void {
    this.#count++
    if (this.#told.length >= MOST_TOLD) return
    const shown = value === undefined ? '' : value === null ? ' null' : ` '${brief(value)}'`
    this.#told.push(
      `Value${shown} at '${path}' failed to satisfy constraint: Member must ${constraint}`,
    )
  }

  /** Throws a ValidationException that lists them, if there are any. */
  check(): void {
    if (this.#count === 0) return
    const errors = this.#count === 1 ? 'error' : 'errors'
    throw new AwsError(
      'ValidationException',
      `${this.#count} validation ${errors} detected: ${this.#told.join('; ')}`,
    )
  }
}

/** A value whose kind is not the model's: AWS cannot read such a request at all. */
export function unreadable(path: string, message: string): AwsError {
  return new AwsError('SerializationException', path === '' ? message : `${message} (at '${path}')`)
}

function brief(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}...`
}
