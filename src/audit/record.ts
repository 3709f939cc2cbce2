import { isoSeconds } from '../core/iso-seconds.js'
import type { JsonObject } from '../wire/service.js'
import { userIdentity } from './identity.js'
import { cut, firstThatFit, MOST, orOmitted } from './limits.js'
import { parameters } from './parameters.js'
import { HIDDEN, isSecretName } from './redact.js'
import type { AuditEntry } from './sink.js'

/** A record as CloudTrail writes it; the members that others than its readers ask for. */
export interface CloudTrailRecord extends JsonObject {
  readonly eventID: string
  readonly eventTime: string
  readonly eventSource: string
  readonly eventName: string
  readonly readOnly: boolean
  readonly userIdentity: JsonObject
}

/**
 * One call as one CloudTrail record (eventVersion 1.11). Secrets are hidden, big parts left out.
 * @example toRecord(entry, randomUUID())
 */
export function toRecord(entry: AuditEntry, eventID: string): CloudTrailRecord {
  const { error, tls, eventType = 'AwsApiCall' } = entry
  const { additional } = entry
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(entry.principal, mayCut(entry.claimedAccessKeyId)),
    eventTime: isoSeconds(entry.now),
    eventSource: cut(entry.eventSource),
    eventName: cut(entry.eventName),
    awsRegion: entry.region,
    sourceIPAddress: cut(entry.sourceIp),
    userAgent: cut(entry.userAgent),
    ...(error && { errorCode: cut(error.code), errorMessage: cut(error.message) }),
    requestParameters: orOmitted('requestParameters', request(entry), MOST.requestParameters),
    responseElements: orOmitted('responseElements', response(entry), MOST.responseElements),
    ...(additional && {
      additionalEventData: orOmitted('additionalEventData', additional, MOST.additionalEventData),
    }),
    requestID: entry.requestId,
    eventID,
    readOnly: entry.readOnly,
    ...resources(entry),
    eventType,
    managementEvent: true,
    recipientAccountId: entry.account,
    eventCategory: 'Management',
    ...(tls && {
      tlsDetails: {
        tlsVersion: tls.tlsVersion,
        cipherSuite: tls.cipherSuite,
        clientProvidedHostHeader: cut(tls.clientProvidedHostHeader),
      },
    }),
  }
}

function request({ model, eventName, eventType, isPlain, input }: AuditEntry): JsonObject | null {
  if (model) return parameters(model, model.operations[eventName]?.input, input)
  return eventType === 'AwsConsoleSignIn' || isPlain ? plain(input) : null
}

/** Reads have none, as in CloudTrail: what was read is nobody's business. Nor have failures. */
function response(entry: AuditEntry): JsonObject | null {
  const { model, eventName, eventType, output, readOnly } = entry
  if (eventType === 'AwsConsoleSignIn') return plain(output)
  if (readOnly || entry.error || !model) return null
  return parameters(model, model.operations[eventName]?.output, output)
}

function plain(value: JsonObject | undefined): JsonObject | null {
  if (!value) return null
  const shown = Object.entries(value).map(([k, v]) => [k, isSecretName(k) ? HIDDEN : v] as const)
  return Object.fromEntries(shown)
}

function resources({ resources: found, account }: AuditEntry): JsonObject {
  if (!found || found.length === 0) return {}
  const all = found.map(({ arn, type }) => ({
    ...(type !== undefined && { type }),
    ARN: arn,
    accountId: account,
  }))
  return { resources: firstThatFit(all, MOST.resources) }
}

function mayCut(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cut(text, 128)
}
