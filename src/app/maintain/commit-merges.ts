import { addAction, removeAction } from '../../lake/add-file.js'
import type { LakeContext } from '../context.js'
import type { Merge, MergeWork } from './merge.js'

/** Groups that share a commit. */
const AT_A_TIME = 16

/** Commits merges of one table some at a time, while others are made. */
export class MergeCommits {
  readonly #work: MergeWork
  readonly #context: LakeContext
  readonly #kept: Merge[] = []
  #ready: Merge[] = []
  #skipped = 0
  #committing: Promise<void> = Promise.resolve()

  constructor(work: MergeWork, context: LakeContext) {
    this.#work = work
    this.#context = context
  }

  /** Merges that are committed. */
  get kept(): readonly Merge[] {
    return this.#kept
  }

  /** Groups of which another writer removed files meanwhile. */
  get skipped(): number {
    return this.#skipped
  }

  async add(merge: Merge): Promise<void> {
    this.#ready.push(merge)
    if (this.#ready.length >= AT_A_TIME) await this.flush()
  }

  /** One commit at a time. */
  flush(): Promise<void> {
    this.#committing = this.#committing.then(() => this.#commit())
    return this.#committing
  }

  /** Deletes the files of merges that are not committed; what stays is left to a vacuum. */
  async discard(): Promise<void> {
    await this.#committing.catch(() => undefined)
    for (const merge of this.#ready) await this.#drop(merge).catch(() => undefined)
    this.#ready = []
  }

  /** Merges whose files are all still in the table; the new files of the others are deleted again. */
  async #commit(): Promise<void> {
    const merges = this.#ready
    if (merges.length === 0) return
    this.#ready = []
    let kept: readonly Merge[] = []
    const outcome = await this.#context.lake.table(this.#work.table).commit({
      operation: 'OPTIMIZE',
      info: { compaction: true },
      build: async (snapshot) => {
        const named = merges.flatMap((m) => m.group.files.map((f) => f.path))
        const there = await snapshot?.present(named)
        kept = merges.filter((m) => m.group.files.every((f) => there?.has(f.path)))
        return kept.length === 0 ? undefined : kept.flatMap(actionsOf)
      },
    })
    const made = outcome.committed ? kept : []
    this.#kept.push(...made)
    for (const merge of merges) {
      if (made.includes(merge)) continue
      this.#skipped++
      await this.#drop(merge)
    }
  }

  async #drop({ files }: Merge): Promise<void> {
    const { snapshot } = this.#work
    for (const file of files) await this.#context.store.delete(snapshot.keyOf(file))
  }
}

function actionsOf({ group, files }: Merge): ReturnType<typeof addAction>[] {
  const { partitionValues } = group
  return [
    ...group.files.map((f) => removeAction(f, false)),
    ...files.map(({ path, size, stats }) =>
      addAction({ path, partitionValues, size, stats, dataChange: false }),
    ),
  ]
}
