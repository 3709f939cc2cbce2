import type { SignedRequest, Target } from './signed-request.js'

/** What both checks of a signature are given: a request whose form is right. */
export interface Checked {
  readonly request: SignedRequest
  readonly target: Target
  /** Those that are signed, in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Of the body that came, in hex. */
  readonly payloadSha256: string
  readonly region: string
  readonly service: string
  /** `20261121/us-east-1/sts/aws4_request`. */
  readonly scope: string
  /** `20261121T184723Z`. */
  readonly stamp: string
  readonly accessKeyId: string
  readonly secret: string
}
