export const OUTPUT_FORMATS = ['table', 'json', 'ndjson', 'csv', 'markdown', 'parquet'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]

export interface OutputFlags {
  readonly format: OutputFormat
  readonly out?: string
}

export const outFlag = {
  out: {
    kind: 'parsed',
    parse: String,
    optional: true,
    brief: 'Write to this file, which appears once it is complete',
    placeholder: 'file',
  },
} as const

/** How rows are written, and where to. */
export const outputFlags = {
  format: {
    kind: 'enum',
    values: OUTPUT_FORMATS,
    default: 'table',
    brief: 'How to write rows; parquet needs --out',
  },
  ...outFlag,
} as const
