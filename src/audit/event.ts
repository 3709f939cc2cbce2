import type { Json, JsonObject } from '../wire/service.js'
import type { CloudTrailRecord } from './record.js'

/** By what LookupEvents finds a record. */
export const ATTRIBUTES = [
  'EventId',
  'EventName',
  'ReadOnly',
  'Username',
  'ResourceType',
  'ResourceName',
  'EventSource',
  'AccessKeyId',
] as const
export type Attribute = (typeof ATTRIBUTES)[number]

export interface EventResource {
  readonly ResourceType?: string
  readonly ResourceName: string
}

/** Every value that an attribute of the record has. */
export function valuesOf(record: CloudTrailRecord, attribute: Attribute): string[] {
  switch (attribute) {
    case 'EventId':
      return [record.eventID]
    case 'EventName':
      return [record.eventName]
    case 'ReadOnly':
      return [String(record.readOnly)]
    case 'EventSource':
      return [record.eventSource]
    case 'Username':
      return present(usernameOf(record))
    case 'AccessKeyId':
      return present(record.userIdentity['accessKeyId'])
    case 'ResourceType':
      return resourcesOf(record).flatMap(({ ResourceType }) => ResourceType ?? [])
    case 'ResourceName':
      return resourcesOf(record).map(({ ResourceName }) => ResourceName)
  }
}

/** A role's session goes by the session's name, as in CloudTrail. */
export function usernameOf({ userIdentity }: CloudTrailRecord): string | undefined {
  const { type, arn, userName, invokedBy } = userIdentity
  if (type === 'Root') return 'root'
  if (type === 'AWSService') return text(invokedBy)
  if (type === 'AssumedRole') return text(arn)?.split('/').at(-1)
  return text(userName)
}

export function resourcesOf(record: CloudTrailRecord): EventResource[] {
  const found = new Map<string, EventResource>()
  const { resources } = record
  for (const one of Array.isArray(resources) ? (resources as readonly Json[]) : []) {
    if (!isObject(one)) continue
    const ResourceName = text(one['ARN'])
    const ResourceType = text(one['type'])
    if (ResourceName !== undefined)
      found.set(ResourceName, { ResourceName, ...(ResourceType !== undefined && { ResourceType }) })
  }
  for (const part of [record['requestParameters'], record['responseElements']]) {
    if (!isObject(part)) continue
    const cluster = text(part['jobFlowId']) ?? text(part['clusterId'])
    if (cluster !== undefined)
      found.set(cluster, { ResourceName: cluster, ResourceType: 'AWS::EMR::Cluster' })
  }
  return [...found.values()]
}

function present(value: Json | undefined): string[] {
  return typeof value === 'string' ? [value] : []
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
