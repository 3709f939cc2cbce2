import type { Random } from '../random.js'
import type { Account } from '../world.js'

/** Where a call happens. */
export interface Scene {
  readonly random: Random
  readonly account: Account
  readonly region: string
}

/** The parts of a record that depend on the call. */
export interface CallBody {
  readonly requestParameters?: unknown
  readonly responseElements?: unknown
  readonly additionalEventData?: unknown
  readonly resources?: readonly Readonly<Record<string, string>>[]
}

/** A call that the company makes, and how often beside the others. */
export interface CallKind {
  readonly source: string
  readonly name: string
  readonly weight: number
  readonly readOnly: boolean
  readonly data?: true
  body(scene: Scene): CallBody
}

type Make = (scene: Scene) => unknown

/** A call of a management API with these parameters (and this answer, when it changes something). */
export function call(
  [service, name]: readonly [string, string],
  weight: number,
  request: Make,
  response?: Make,
): CallKind {
  return {
    source: `${service}.amazonaws.com`,
    name,
    weight,
    readOnly: /^(?:Get|List|Describe|Lookup|Batch)/.test(name),
    body: (scene) => ({
      requestParameters: request(scene),
      ...(response ? { responseElements: response(scene) } : {}),
    }),
  }
}

export const nothing = (): null => null
