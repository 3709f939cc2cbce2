/**
 * What is left of a name when case and underscores do not count: two spellings of one name agree.
 * @example squash('userIdentity') === squash('user_identity')
 */
export function squash(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}

/** Names that AWS's documentation uses for our tables and columns, squashed. */
export const DOCUMENTED_NAMES: Readonly<Record<string, string>> = {
  cloudtraillogs: 'aws_cloudtrail',
  cloudtraillog: 'aws_cloudtrail',
  cloudtrail: 'aws_cloudtrail',
  vpcflowlogs: 'aws_vpc_flow',
  vpcflowlog: 'aws_vpc_flow',
  vpcflow: 'aws_vpc_flow',
  awsvpcflowlogs: 'aws_vpc_flow',
  account: 'account_id',
  date: 'event_day',
  sourceaddress: 'srcaddr',
  destinationaddress: 'dstaddr',
  sourceport: 'srcport',
  destinationport: 'dstport',
  numpackets: 'packets',
  numbytes: 'bytes',
  starttime: 'start',
  endtime: 'end',
}

/** The name among `names` that was meant by another spelling; undefined: none, or it is spelt right. */
export function respelt(name: string, names: readonly string[]): string | undefined {
  const wanted = squash(name)
  const documented = DOCUMENTED_NAMES[wanted]
  const found =
    names.find((n) => squash(n) === wanted) ??
    (documented !== undefined && names.includes(documented) ? documented : undefined)
  return found?.toLowerCase() === name.toLowerCase() ? undefined : found
}
