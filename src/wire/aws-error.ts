/** An error in AWS's words: `code` is what clients read from `__type`. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly code: string
  readonly status: number
  /** More members of the answer, such as `ErrorCode` of InvalidRequestException. */
  readonly members: Readonly<Record<string, string>>

  constructor(
    code: string,
    message: string,
    { status = 400, members = {}, ...options }: AwsErrorOptions = {},
  ) {
    super(message, options)
    this.code = code
    this.status = status
    this.members = members
  }
}

export interface AwsErrorOptions extends ErrorOptions {
  /** HTTP; default 400. */
  readonly status?: number
  readonly members?: Readonly<Record<string, string>>
}
