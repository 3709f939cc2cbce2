import { HeadrigError } from '../../core/errors.js'

/** The part of a pod that we write. */
export type PodTemplate = Readonly<Record<string, unknown>>

type Schema =
  | 'text'
  | 'count'
  | 'truth'
  | { readonly oneOf: readonly string[] }
  | { readonly list: Schema }
  | { readonly map: Schema }
  | { readonly fields: Readonly<Record<string, Schema>>; readonly required?: readonly string[] }

const term: Schema = {
  fields: {
    matchExpressions: {
      list: {
        fields: {
          key: 'text',
          operator: { oneOf: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] },
          values: { list: 'text' },
        },
        required: ['key', 'operator'],
      },
    },
  },
}

/** Of Kubernetes's core/v1 Pod the fields that templates use, by the names and types of its API reference. */
const POD: Schema = {
  fields: {
    apiVersion: { oneOf: ['v1'] },
    kind: { oneOf: ['Pod'] },
    metadata: { fields: { labels: { map: 'text' }, annotations: { map: 'text' } } },
    spec: {
      fields: {
        affinity: {
          fields: {
            nodeAffinity: {
              fields: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  fields: { nodeSelectorTerms: { list: term } },
                  required: ['nodeSelectorTerms'],
                },
                preferredDuringSchedulingIgnoredDuringExecution: {
                  list: {
                    fields: { weight: 'count', preference: term },
                    required: ['weight', 'preference'],
                  },
                },
              },
            },
          },
        },
        tolerations: {
          list: {
            fields: {
              key: 'text',
              operator: { oneOf: ['Exists', 'Equal'] },
              value: 'text',
              effect: { oneOf: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
              tolerationSeconds: 'count',
            },
          },
        },
        automountServiceAccountToken: 'truth',
        terminationGracePeriodSeconds: 'count',
        containers: {
          list: {
            fields: {
              name: 'text',
              securityContext: {
                fields: {
                  allowPrivilegeEscalation: 'truth',
                  readOnlyRootFilesystem: 'truth',
                  runAsNonRoot: 'truth',
                  capabilities: { fields: { add: { list: 'text' }, drop: { list: 'text' } } },
                  seccompProfile: {
                    fields: { type: { oneOf: ['RuntimeDefault', 'Localhost', 'Unconfined'] } },
                    required: ['type'],
                  },
                },
              },
            },
            required: ['name'],
          },
        },
      },
      required: ['containers'],
    },
  },
  required: ['apiVersion', 'kind', 'spec'],
}

/** Gives the template back. @throws `internal` at a field that Kubernetes does not have */
export function checkPod(pod: PodTemplate): PodTemplate {
  const fault = faultIn(pod, POD, 'pod')
  if (fault !== undefined) throw new HeadrigError('internal', `a pod template is wrong: ${fault}`)
  return pod
}

function faultIn(value: unknown, schema: Schema, at: string): string | undefined {
  if (schema === 'text') return typeof value === 'string' ? undefined : `${at} is no text`
  if (schema === 'truth') return typeof value === 'boolean' ? undefined : `${at} is no boolean`
  if (schema === 'count')
    return Number.isInteger(value) && Number(value) >= 0 ? undefined : `${at} is no whole number`
  if ('oneOf' in schema)
    return typeof value === 'string' && schema.oneOf.includes(value)
      ? undefined
      : `${at} is none of ${schema.oneOf.join(', ')}`
  if ('list' in schema) {
    if (!Array.isArray(value)) return `${at} is no list`
    return firstFault(value.map((item, i) => faultIn(item, schema.list, `${at}[${i}]`)))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at} is no map`
  const entries = Object.entries(value)
  if ('map' in schema)
    return firstFault(entries.map(([key, item]) => faultIn(item, schema.map, `${at}.${key}`)))
  const missing = schema.required?.find((name) => !(name in value))
  if (missing !== undefined) return `${at}.${missing} is missing`
  return firstFault(
    entries.map(([key, item]) => {
      const field = Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined
      return field === undefined
        ? `${at} has no field ${key}`
        : faultIn(item, field, `${at}.${key}`)
    }),
  )
}

function firstFault(faults: readonly (string | undefined)[]): string | undefined {
  return faults.find((fault) => fault !== undefined)
}
