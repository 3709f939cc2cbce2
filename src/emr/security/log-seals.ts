import type { Transform } from 'node:stream'
import type { StepSpec } from '../../jobs/step.js'
import { sealing } from '../../storage/envelope/seal.js'
import type { DataKey, EncryptionContext, Kms } from '../../storage/kms.js'
import type { ClusterSecurity } from './configuration.js'

/** Seals the logs that steps leave on this machine, where a cluster has a key for its disks. */
export class LogSeals {
  readonly #kms: Pick<Kms, 'dataKey'>
  readonly #securityOf: (cluster: string) => ClusterSecurity
  /** By step; only in memory, wiped when the step has ended. */
  readonly #keys = new Map<string, Promise<DataKey>>()

  constructor(kms: Pick<Kms, 'dataKey'>, securityOf: (cluster: string) => ClusterSecurity) {
    this.#kms = kms
    this.#securityOf = securityOf
  }

  /**
   * Asks for the key of a step before it runs, so that none runs whose logs cannot be sealed.
   * @throws HeadrigError when the KMS does not give it
   */
  async prepare(spec: StepSpec): Promise<void> {
    const { localDisk } = this.#securityOf(spec.cluster)
    if (localDisk) await this.#keyOf(spec, localDisk.keyId)
  }

  /** What `StepLogs` seals by; undefined for a cluster without a key. */
  of(spec: StepSpec): ((name: string) => Promise<Transform>) | undefined {
    const { localDisk } = this.#securityOf(spec.cluster)
    if (!localDisk) return undefined
    return async (name) =>
      sealing(await this.#keyOf(spec, localDisk.keyId), {
        context: contextOf(spec),
        label: labelOf(spec, name),
      })
  }

  /** Forgets the key of a step that ended. */
  release(step: string): void {
    const key = this.#keys.get(step)
    this.#keys.delete(step)
    void key?.then(
      ({ plain }) => plain.fill(0),
      () => undefined,
    )
  }

  #keyOf(spec: StepSpec, keyId: string): Promise<DataKey> {
    const asked = this.#keys.get(spec.id) ?? this.#kms.dataKey(keyId, contextOf(spec))
    this.#keys.set(spec.id, asked)
    asked.catch(() => this.#keys.delete(spec.id))
    return asked
  }
}

function contextOf({ cluster, id }: StepSpec): EncryptionContext {
  return { 'headrig:cluster': cluster, 'headrig:step': id }
}

/** What a sealed log is opened as. @example labelOf(spec, 'stdout') // 's-1/stdout' */
export function labelOf({ id }: Pick<StepSpec, 'id'>, name: string): string {
  return `${id}/${name}`
}
