/** A value as YAML, in the order of its keys. The library is loaded when it is called. */
export async function toYaml(value: unknown): Promise<string> {
  const { stringify } = await import('yaml')
  return stringify(value, { lineWidth: 0 })
}
