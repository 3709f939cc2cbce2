import { didYouMean } from '../core/closest.js'
import type { FrontName } from '../core/config-settings.js'
import { HeadrigError } from '../core/errors.js'
import type { Column, Columns, LogFormat } from '../formats/format.js'
import { FORMATS } from '../formats/index.js'
import { chooseFront, notServed } from '../front/native/choose.js'

/** Every log type that can be collected. */
export function listFormats(): readonly LogFormat[] {
  return FORMATS
}

/** What reads a log type on this machine, and why when it is not the native front. */
export function readerOf({ id }: LogFormat, asked: FrontName): string {
  const chosen = chooseFront(asked)
  if (chosen.name === 'portable') return `portable: ${chosen.why}`
  const why = notServed(id)
  return why === undefined ? 'native' : `portable: ${why}`
}

/** The log type of this id. Throws `not-found` with the closest id. */
export function findFormat(id: string): LogFormat {
  const format = FORMATS.find((f) => f.id === id)
  if (format) return format
  const ids = FORMATS.map((f) => f.id)
  throw new HeadrigError(
    'not-found',
    `no log type ${JSON.stringify(id)}${didYouMean(id, ids) || `: there are ${ids.join(', ')}`}`,
  )
}

/** One column of a log type, as text: fields of structs are named `struct.field`. */
export interface FormatColumn {
  readonly column: string
  readonly type: string
  /** The path or token of the raw record. */
  readonly from: string
  readonly via: string | null
  readonly meaning: string
}

/** The columns of a log type in order, fields of structs and lists below theirs. */
export function formatColumns(format: LogFormat): readonly FormatColumn[] {
  return columnsOf(format.columns, '')
}

function columnsOf(columns: Columns, prefix: string): readonly FormatColumn[] {
  return Object.entries(columns).flatMap(([name, column]) => [
    {
      column: prefix + name,
      type: column.type,
      from: column.from,
      via: via(column),
      meaning: column.doc,
    },
    ...('fields' in column ? columnsOf(column.fields, `${prefix}${name}.`) : []),
  ])
}

function via(column: Column): string | null {
  return 'via' in column && column.via !== undefined ? column.via : null
}
