import type { ScriptStatement } from './read-script.js'

/** What became of one statement. */
export interface StatementReport {
  readonly index: number
  readonly line: number
  readonly title: string
  readonly kind: string
  /** Read or written, when that is known. */
  readonly rows?: number
  readonly files?: number
  readonly bytes?: number
  /** Where files were written, or the name of the table. */
  readonly target?: string
}

/** What is known of a statement before it runs. */
export function reportHead({
  index,
  position,
  title,
  statement,
}: ScriptStatement): Pick<StatementReport, 'index' | 'line' | 'title' | 'kind'> {
  return { index, line: position.line, title, kind: statement.kind }
}
