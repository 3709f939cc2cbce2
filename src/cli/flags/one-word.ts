/** One positional argument that must be there. */
export function oneWord(
  brief: string,
  placeholder: string,
): {
  readonly kind: 'tuple'
  readonly parameters: readonly [
    {
      readonly parse: (text: string) => string
      readonly brief: string
      readonly placeholder: string
    },
  ]
} {
  return { kind: 'tuple', parameters: [{ parse: String, brief, placeholder }] }
}
