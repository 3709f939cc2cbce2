import type { Json } from './service.js'

/** A text of an input that was validated; undefined when it was not given. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A number of an input that was validated; undefined when it was not given. */
export function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
