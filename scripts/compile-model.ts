import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Member, OperationModel, ServiceModel, Shape } from '../src/wire/model.js'

/** The services whose models are shipped, by their folder in botocore's data. */
export const MODELLED = ['emr', 'sts', 'cloudtrail'] as const

interface Source {
  readonly metadata: {
    readonly serviceId: string
    readonly protocol: ServiceModel['protocol']
    readonly apiVersion: string
    readonly jsonVersion?: string
    readonly targetPrefix?: string
    readonly xmlNamespace?: string
  }
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly input?: { readonly shape: string }
        readonly output?: { readonly shape: string }
        readonly errors?: readonly { readonly shape: string }[]
      }
    >
  >
  readonly shapes: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** What is kept of a shape; prose, traits of other protocols and marks of age are left out. */
const KEPT = ['type', 'required', 'enum', 'pattern', 'min', 'max', 'sensitive'] as const

/**
 * A service's model as it is shipped, from botocore's data folder.
 * @example compileModel('.cache/aws-python/lib/python3.11/site-packages/botocore/data', 'emr')
 */
export function compileModel(data: string, service: (typeof MODELLED)[number]): ServiceModel {
  const version = readdirSync(join(data, service)).toSorted().at(-1) ?? ''
  const packed = readFileSync(join(data, service, version, 'service-2.json.gz'))
  const source = JSON.parse(gunzipSync(packed).toString()) as Source
  const { serviceId, protocol, apiVersion, jsonVersion, targetPrefix, xmlNamespace } =
    source.metadata
  return {
    serviceId,
    protocol,
    apiVersion,
    ...(jsonVersion && { jsonVersion }),
    ...(targetPrefix && { targetPrefix }),
    ...(xmlNamespace && { xmlNamespace }),
    operations: mapped(source.operations, ({ input, output, errors }): OperationModel => ({
      ...(input && { input: input.shape }),
      ...(output && { output: output.shape }),
      ...(errors && { errors: errors.map(({ shape }) => shape) }),
    })),
    shapes: mapped(source.shapes, compileShape),
  }
}

/** The text of a model's file. */
export function modelText(model: ServiceModel): string {
  return `${JSON.stringify(model)}\n`
}

function compileShape(source: Readonly<Record<string, unknown>>): Shape {
  const shape: Record<string, unknown> = {}
  for (const key of KEPT) if (source[key] !== undefined) shape[key] = source[key]
  const { members, member, key, value } = source as {
    readonly members?: Readonly<Record<string, Member>>
    readonly member?: Member
    readonly key?: Member
    readonly value?: Member
  }
  if (members)
    shape['members'] = mapped(members, ({ shape: of, locationName }) => ({
      shape: of,
      ...(locationName && { locationName }),
    }))
  if (member) shape['member'] = member.shape
  if (key) shape['key'] = key.shape
  if (value) shape['value'] = value.shape
  return shape as unknown as Shape
}

function mapped<A, B>(
  from: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, change(value)]))
}
