import { headerOf } from './headers.js'
import type { WireRequest } from './ports.js'

/** The access key that a caller says to have, for the record of a call that was not let in. */
export function claimedAccessKeyId({ rawHeaders }: WireRequest): string | undefined {
  const header = headerOf(rawHeaders, 'authorization')?.slice(0, 4096) ?? ''
  return /Credential=([A-Za-z0-9]{16,128})\//.exec(header)?.[1]
}
