import { redactText as redacted } from '../core/redact.js'
import type { Json } from '../wire/service.js'

export { HIDDEN, isSecretName, redactWords } from '../core/redact.js'

/** A value without the passwords that stand in it, if it is a text. */
export function redactText(value: Json): Json {
  return typeof value === 'string' ? redacted(value) : value
}
