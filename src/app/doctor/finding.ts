import { messageOf } from '../../core/errors.js'

/** What was looked at, and how it is. */
export interface Finding {
  readonly what: string
  /** `broken`: it is needed, or asked for, and does not work. */
  readonly state: 'ok' | 'broken'
  /** For people; ends with what to do when it is broken. */
  readonly detail: string
}

/** What a look finds; an error is a finding as well. */
export async function finding(
  what: string,
  look: () => Promise<string> | string,
): Promise<Finding> {
  try {
    return { what, state: 'ok', detail: await look() }
  } catch (error) {
    return { what, state: 'broken', detail: messageOf(error) }
  }
}
