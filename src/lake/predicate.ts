/** A comparison that a row must meet; the same shape as an engine's scan filter. */
export interface ColumnPredicate {
  /** Fields of a struct after dots. */
  readonly column: string
  readonly op: '=' | '<' | '<=' | '>' | '>=' | 'in'
  /** As Delta's stats spell values: text, number, boolean, ISO timestamp or day. */
  readonly values: readonly (string | number | boolean)[]
}

/** All must hold. */
export type Predicate = readonly ColumnPredicate[]
