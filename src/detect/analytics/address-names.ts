/** What an address is called: the name of its first security group (or any name), its instance. */
export interface AddressNames {
  readonly name?: string
  readonly instance?: string
}

/** Names from cells; what the AWS CLI prints for a missing value is none. */
export function namesOf(name: unknown, instance: unknown): AddressNames {
  const clean = (value: unknown): string | undefined =>
    typeof value === 'string' && value.trim() !== '' && value.trim() !== 'None'
      ? value.trim()
      : undefined
  const n = clean(name)
  const i = clean(instance)
  return { ...(n ? { name: n } : {}), ...(i ? { instance: i } : {}) }
}
