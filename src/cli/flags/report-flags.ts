/** For commands that end with a summary instead of rows. */
export interface ReportFlags {
  readonly format: 'text' | 'json'
}

export const reportFlags = {
  format: {
    kind: 'enum',
    values: ['text', 'json'],
    default: 'text',
    brief: 'How to write the summary',
  },
} as const
