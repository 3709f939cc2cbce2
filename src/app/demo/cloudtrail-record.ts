import { isoSeconds } from '../../core/iso-seconds.js'
import { type Caller, pickCaller } from './caller.js'
import { COMPUTE_CALLS } from './events/compute-calls.js'
import { IDENTITY_CALLS } from './events/identity-calls.js'
import type { CallKind, CallBody } from './events/kind.js'
import { OPERATIONS_CALLS } from './events/operations-calls.js'
import { STORAGE_CALLS } from './events/storage-calls.js'
import { type Random, weighted } from './random.js'
import type { Account, World } from './world.js'

export type CloudTrailRecord = Readonly<Record<string, unknown>>

/** What a record says besides who, when and where. */
export interface CallFacts extends CallBody {
  readonly source: string
  readonly name: string
  readonly readOnly: boolean
  readonly data?: boolean
  readonly errorCode?: string
  readonly errorMessage?: string
}

const pickCall = weighted(
  [...STORAGE_CALLS, ...COMPUTE_CALLS, ...IDENTITY_CALLS, ...OPERATIONS_CALLS].map(
    (kind) => [kind, kind.weight] as const,
  ),
)

/** One ordinary call of a usual day. `time` is in milliseconds. */
export function ordinaryRecord(
  random: Random,
  world: World,
  place: { readonly account: Account; readonly region: string },
  time: number,
): CloudTrailRecord {
  const kind: CallKind = pickCall(random)
  const caller = pickCaller(random, world, place.account, kind.name, isoSeconds(new Date(time)))
  const body = kind.body({ random, ...place })
  const failed = random.chance(0.04) ? failure(random, kind, caller) : undefined
  return record(random, place, time, caller, { ...kind, ...body, ...failed })
}

/** A record in the layout of CloudTrail, from its parts. */
export function record(
  random: Random,
  place: { readonly account: Account; readonly region: string },
  time: number,
  caller: Caller,
  facts: CallFacts,
): CloudTrailRecord {
  const service = facts.source.slice(0, facts.source.indexOf('.'))
  const foreign = ['AWSService', 'AWSAccount'].includes(caller.userIdentity.type)
  const direct = /^\d/.test(caller.sourceIPAddress)
  return {
    eventVersion: random.pick(['1.08', '1.09', '1.09', '1.10', '1.11']),
    userIdentity: caller.userIdentity,
    eventTime: isoSeconds(new Date(time)),
    eventSource: facts.source,
    eventName: facts.name,
    awsRegion: place.region,
    sourceIPAddress: caller.sourceIPAddress,
    userAgent: caller.userAgent,
    ...(facts.errorCode ? { errorCode: facts.errorCode } : {}),
    ...(facts.errorMessage ? { errorMessage: facts.errorMessage } : {}),
    requestParameters: facts.requestParameters ?? null,
    responseElements: facts.responseElements ?? null,
    ...(facts.additionalEventData ? { additionalEventData: facts.additionalEventData } : {}),
    requestID: service === 's3' ? random.id('') : random.uuid(),
    eventID: random.uuid(),
    readOnly: facts.readOnly,
    ...(facts.resources ? { resources: facts.resources } : {}),
    eventType: service === 'signin' ? 'AwsConsoleSignIn' : 'AwsApiCall',
    managementEvent: !facts.data,
    recipientAccountId: place.account.id,
    ...(foreign ? { sharedEventID: random.uuid() } : {}),
    eventCategory: facts.data ? 'Data' : 'Management',
    ...(direct && service !== 'signin'
      ? {
          tlsDetails: {
            tlsVersion: 'TLSv1.3',
            cipherSuite: 'TLS_AES_128_GCM_SHA256',
            clientProvidedHostHeader: `${service}.${place.region}.amazonaws.com`,
          },
        }
      : {}),
  }
}

function failure(random: Random, kind: CallKind, caller: Caller): Partial<CallFacts> {
  const service = kind.source.slice(0, kind.source.indexOf('.'))
  if (kind.name === 'ConsoleLogin') {
    return {
      errorMessage: 'Failed authentication',
      responseElements: { ConsoleLogin: 'Failure' },
    }
  }
  const errorCode = kind.source.startsWith('ec2')
    ? 'Client.UnauthorizedOperation'
    : random.pick(['AccessDenied', 'ThrottlingException'])
  const who = caller.userIdentity.arn ?? caller.sourceIPAddress
  return {
    errorCode,
    errorMessage:
      errorCode === 'ThrottlingException'
        ? 'Rate exceeded'
        : `User: ${who} is not authorized to perform: ${service}:${kind.name} because no identity-based policy allows the ${service}:${kind.name} action`,
    responseElements: null,
  }
}
