/** A failure that is known by what a step wrote. */
export interface FailureRow {
  /** Found in the end of stderr or of syslog. */
  readonly pattern: RegExp
  /** Looked for on stdout too: Spark writes what a Python program has on stderr there. */
  readonly onStdout?: true
  /** A few words, the same for all failures of the kind. */
  readonly reason: string
  /**
   * What happened, and what to do.
   * @param found the match's text and groups
   * @param said the last line of stderr that the step's own program wrote
   */
  readonly message: (found: readonly string[], said: string) => string
}
