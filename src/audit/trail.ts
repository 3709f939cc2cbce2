import { dayFolders, minuteStamp, secondStamp } from './stamp.js'
import type { SegmentName } from './segment-names.js'

/** Whose records these are, and where they are delivered. */
export interface Trail {
  readonly name: string
  readonly account: string
  readonly region: string
  /** As digests name it: the bucket's name, or the URI of a folder. */
  readonly bucket: string
  /** Before `AWSLogs/`, without slashes at its ends; empty: none. */
  readonly prefix: string
}

/** `arn:aws:cloudtrail:us-east-1:111122223333:trail/headrig` */
export function trailArn({ name, account, region }: Trail): string {
  return `arn:aws:cloudtrail:${region}:${account}:trail/${name}`
}

/** The key of a segment's records, below the prefix. */
export function logKey({ account, region }: Trail, segment: SegmentName): string {
  const begun = new Date(segment.begun)
  const name = `${account}_CloudTrail_${region}_${minuteStamp(begun)}_${segment.unique}.json.gz`
  return `AWSLogs/${account}/CloudTrail/${region}/${dayFolders(begun)}/${name}`
}

/** The key of the digest that ends then, below the prefix. */
export function digestKey({ name, account, region }: Trail, end: Date): string {
  const file = `${account}_CloudTrail-Digest_${region}_${name}_${region}_${secondStamp(end)}.json.gz`
  return `AWSLogs/${account}/CloudTrail-Digest/${region}/${dayFolders(end)}/${file}`
}

/** A key as the whole bucket has it. */
export function fullKey({ prefix }: Trail, key: string): string {
  return prefix === '' ? key : `${prefix}/${key}`
}
