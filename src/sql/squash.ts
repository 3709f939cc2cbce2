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
  $path: 'source_object',
}

/** Partition columns of AWS's documentation, which are text there: how they come from ours. */
export const DOCUMENTED_PARTS: Readonly<Record<string, { column: string; format: string }>> = {
  timestamp: { column: 'event_day', format: '%Y/%m/%d' },
  year: { column: 'event_day', format: '%Y' },
  month: { column: 'event_day', format: '%m' },
  day: { column: 'event_day', format: '%d' },
  hour: { column: 'time', format: '%H' },
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
