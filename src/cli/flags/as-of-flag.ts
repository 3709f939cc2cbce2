import type { AsOf } from '../../app/lake-tables.js'
import { parseWhen } from '../../core/when.js'

export interface AsOfFlags {
  readonly asOf?: AsOf
}

/** `--as-of`: the lake as it was. */
export const asOfFlag = {
  asOf: {
    kind: 'parsed',
    parse: (text: string): AsOf =>
      /^\d{1,15}$/.test(text)
        ? { version: Number(text) }
        : { timestamp: parseWhen(text, new Date()) },
    optional: true,
    brief: 'The tables as they were: a version, or a time such as 2024-01-15T08:00:00Z or 2h',
    placeholder: 'version|time',
  },
} as const
