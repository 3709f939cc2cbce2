import { sha256Hex } from '../../core/sha256.js'
import { AwsError } from '../../wire/aws-error.js'
import type { AwsOperation, Call, Json, JsonObject } from '../../wire/service.js'
import { ATTRIBUTES, resourcesOf, usernameOf, type Attribute } from '../event.js'
import { lookup, type LookupContext, type LookupPlace, type LookupQuery } from '../lookup.js'
import type { CloudTrailRecord } from '../record.js'
import { readOperation } from './read-operation.js'

const MOST = 50
/** As far back as CloudTrail looks. */
export const LOOKUP_DAYS = 90
const DAY_MS = 86_400_000

/** CloudTrail's LookupEvents over our own records, those of the last seconds included. */
export function lookupEvents(context: LookupContext): AwsOperation {
  return readOperation('LookupEvents', async (input, call) => {
    if (input['EventCategory'] !== undefined) return { Events: [] }
    const { records, next } = await lookup(toQuery(input, call), context)
    return {
      Events: records.map(({ json, record }) => toEvent(json, record)),
      ...(next && { NextToken: toToken(next, input) }),
    }
  })
}

function toQuery(input: JsonObject, { now }: Call): LookupQuery {
  const from = millis(input['StartTime']) ?? 0
  const to = millis(input['EndTime']) ?? now.getTime()
  if (from > to)
    throw new AwsError(
      'InvalidTimeRangeException',
      `StartTime ${from / 1000} is after EndTime ${to / 1000}: give an EndTime that is not before it`,
    )
  const limit = input['MaxResults'] ?? MOST
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new AwsError(
      'InvalidMaxResultsException',
      `MaxResults ${JSON.stringify(limit)} is not from 1 to ${MOST}`,
    )
  return {
    attribute: toAttribute(input['LookupAttributes']),
    from: Math.max(from, now.getTime() - LOOKUP_DAYS * DAY_MS),
    to: Math.min(to, now.getTime()),
    limit,
    before: fromToken(input),
  }
}

function toAttribute(value: Json | undefined): LookupQuery['attribute'] {
  const list = Array.isArray(value) ? (value as readonly JsonObject[]) : []
  if (list.length > 1)
    throw new AwsError(
      'InvalidLookupAttributesException',
      `${list.length} lookup attributes were given: give one`,
    )
  const [one] = list
  if (!one) return undefined
  const key = ATTRIBUTES.find((name) => name === one['AttributeKey'])
  const wanted = one['AttributeValue']
  if (!key || typeof wanted !== 'string')
    throw new AwsError(
      'InvalidLookupAttributesException',
      `the lookup attribute ${JSON.stringify(one['AttributeKey'])} is none of ${ATTRIBUTES.join(', ')}`,
    )
  return { key: key satisfies Attribute, value: wanted }
}

/** The time is in seconds. */
function millis(seconds: Json | undefined): number | undefined {
  return typeof seconds === 'number' ? Math.round(seconds * 1000) : undefined
}

function toEvent(json: string, record: CloudTrailRecord): JsonObject {
  const Username = usernameOf(record)
  const { accessKeyId } = record.userIdentity
  return {
    EventId: record.eventID,
    EventName: record.eventName,
    ReadOnly: String(record.readOnly),
    EventTime: Date.parse(record.eventTime) / 1000,
    EventSource: record.eventSource,
    ...(Username !== undefined && { Username }),
    ...(typeof accessKeyId === 'string' && { AccessKeyId: accessKeyId }),
    Resources: resourcesOf(record).map((resource) => ({ ...resource })),
    CloudTrailEvent: json,
  }
}

/** A token is good for the question that it was given for. */
function toToken({ sequence, line }: LookupPlace, input: JsonObject): string {
  return Buffer.from(JSON.stringify([sequence, line, questionOf(input)])).toString('base64url')
}

function fromToken(input: JsonObject): LookupPlace | undefined {
  const token = input['NextToken']
  if (token === undefined || token === null) return undefined
  try {
    const parts: unknown = JSON.parse(
      Buffer.from(typeof token === 'string' ? token : '', 'base64url').toString(),
    )
    const [sequence, line, question] = Array.isArray(parts) ? (parts as unknown[]) : []
    if (isCount(sequence) && isCount(line) && question === questionOf(input))
      return { sequence, line }
  } catch {
    // Said below.
  }
  throw new AwsError(
    'InvalidNextTokenException',
    'the NextToken is not one of a LookupEvents with the same attributes and times: start again without it',
  )
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function questionOf({ LookupAttributes, StartTime, EndTime }: JsonObject): string {
  return sha256Hex(JSON.stringify([LookupAttributes, StartTime, EndTime])).slice(0, 16)
}
