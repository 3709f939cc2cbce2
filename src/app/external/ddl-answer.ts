/** What a statement about external tables answers: columns of text. */
export interface DdlAnswer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}
