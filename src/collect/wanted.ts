/** Which objects are wanted; what a key does not say is not held against it. */
export interface Wanted {
  /** Only objects delivered from this time on, and before `to`. */
  readonly from?: Date
  readonly to?: Date
  readonly accounts?: readonly string[]
  readonly regions?: readonly string[]
}
