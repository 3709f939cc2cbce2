/** Where a use case says what it does. The CLI writes it to stderr, a test records it. */
export interface Logger {
  /** A step an operator may want to follow; shown with `--verbose`. */
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  /** Something was left out or retried; the work goes on. */
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {} }
