/** An AWS service's published model, without its prose. `models/<service>.json` is compiled from botocore's. */
export interface ServiceModel {
  readonly serviceId: string
  readonly protocol: 'json' | 'query' | 'rest-json'
  readonly apiVersion: string
  readonly jsonVersion?: string
  /** `ElasticMapReduce` of `X-Amz-Target: ElasticMapReduce.RunJobFlow`. */
  readonly targetPrefix?: string
  /** Of answers in XML. */
  readonly xmlNamespace?: string
  readonly operations: Readonly<Record<string, OperationModel>>
  readonly shapes: Readonly<Record<string, Shape>>
}

export interface OperationModel {
  /** Shapes by name; undefined for an empty one. */
  readonly input?: string
  readonly output?: string
  readonly errors?: readonly string[]
}

export type Shape =
  | {
      readonly type: 'structure'
      readonly members: Readonly<Record<string, Member>>
      readonly required?: readonly string[]
      readonly sensitive?: boolean
    }
  | { readonly type: 'list'; readonly member: string; readonly min?: number; readonly max?: number }
  | {
      readonly type: 'map'
      readonly key: string
      readonly value: string
      readonly min?: number
      readonly max?: number
    }
  | {
      readonly type: 'string'
      readonly enum?: readonly string[]
      readonly pattern?: string
      readonly min?: number
      readonly max?: number
      readonly sensitive?: boolean
    }
  | {
      readonly type: 'integer' | 'long' | 'float' | 'double'
      readonly min?: number
      readonly max?: number
    }
  | { readonly type: 'boolean' | 'timestamp' | 'blob' }

export interface Member {
  readonly shape: string
  /** Where the wire's name is another. */
  readonly locationName?: string
}
