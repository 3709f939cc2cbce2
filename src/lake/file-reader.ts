import { HeadrigError } from '../core/errors.js'
import type { AddAction, PartitionValues } from './actions.js'
import { AddFile } from './add-file.js'
import { decodePath } from './path.js'
import type { TablePlace } from './table-place.js'

/** Makes data files of the log's actions; files of a partition share its values. */
export class FileReader {
  readonly #place: TablePlace
  readonly #partitions: Map<string, PartitionValues>
  #last: { readonly logged: PartitionValues; readonly values: PartitionValues } | undefined

  constructor({
    place,
    partitions,
  }: {
    readonly place: TablePlace
    readonly partitions: Map<string, PartitionValues>
  }) {
    this.#place = place
    this.#partitions = partitions
  }

  /** Throws `invalid` for a file that needs what we lack, or is outside the table. */
  read(add: AddAction): AddFile {
    if (add.deletionVector) {
      throw new HeadrigError(
        'invalid',
        `cannot read table ${this.#place.name}: it needs the Delta feature deletionVectors, which headrig lacks; purge them with REORG TABLE … APPLY (PURGE) in Spark`,
      )
    }
    return new AddFile(add, this.#place.uri, this.#intern(add.partitionValues))
  }

  /** The place of an action's file below the table's folder. */
  pathOf(action: { readonly path: string }): string {
    return decodePath(action.path, this.#place.uri)
  }

  /** Less memory, and pruning judges a partition once. */
  #intern(logged: PartitionValues): PartitionValues {
    if (this.#last?.logged === logged) return this.#last.values
    const key = JSON.stringify(logged)
    const values = this.#partitions.get(key) ?? logged
    this.#partitions.set(key, values)
    this.#last = { logged, values }
    return values
  }
}
