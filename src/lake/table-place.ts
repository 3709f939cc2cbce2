/** The table a log belongs to. */
export interface TablePlace {
  readonly name: string
  /** Of its folder in the store, ending in `/`. */
  readonly prefix: string
  readonly uri: string
}
