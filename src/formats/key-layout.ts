/**
 * How AWS names the objects of a log type, so that a listing asks only for the days wanted.
 * `folders`: parts below the root up to the day, e.g. `AWSLogs/{org?}/{account}/CloudTrail/{region}/{yyyy}/{mm}/{dd}/`.
 */
export interface KeyLayout {
  readonly folders: string
  /** Account, region and time within an object's name, as named groups of a regular expression. */
  readonly name: RegExp
}

export interface KeyFacts {
  readonly account?: string
  readonly region?: string
  /** When the object was delivered (or its window opened), milliseconds since the epoch. */
  readonly time?: number
}

/**
 * What an object's key says, by the layout: groups `account`, `region`, `y`, `m`, `d`, `h`, `min`.
 * @example keyFacts(cloudtrail.keyLayout, 'AWSLogs/…/111122223333_CloudTrail_us-east-1_20240115T0005Z_x.json.gz')
 */
export function keyFacts(layout: KeyLayout | undefined, key: string): KeyFacts {
  const groups = layout?.name.exec(key)?.groups
  if (!groups) return {}
  const { account, region, y, m, d, h, min } = groups
  return {
    ...(account ? { account } : {}),
    ...(region ? { region } : {}),
    ...(y
      ? { time: Date.UTC(Number(y), Number(m) - 1, Number(d), Number(h ?? 0), Number(min ?? 0)) }
      : {}),
  }
}
