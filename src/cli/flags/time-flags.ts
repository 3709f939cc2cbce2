import { parseWhen } from '../../core/when.js'

export interface TimeFlags {
  readonly from?: Date
  readonly to?: Date
}

const when = (text: string): Date => parseWhen(text, new Date())

/** `--from` (included) and `--to` (not included). */
export const timeFlags = {
  from: {
    kind: 'parsed',
    parse: when,
    optional: true,
    brief: 'From this time on: 2024-01-15, 2024-01-15T08:00:00Z, or 7d before now',
    placeholder: 'time',
  },
  to: {
    kind: 'parsed',
    parse: when,
    optional: true,
    brief: 'Before this time, written like --from',
    placeholder: 'time',
  },
} as const
