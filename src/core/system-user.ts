/** An account of the system, by its numbers. */
export interface SystemUser {
  readonly uid: number
  readonly gid: number
}
