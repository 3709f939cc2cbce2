import { HeadrigError } from '../../../core/errors.js'
import type { Logger } from '../../../core/logger.js'
import { type ObjectGroup, partsOf } from './groups.js'
import { crashedTask } from './program-error.js'

export interface GroupReader {
  /** Reads groups, a task for each; told of each that is done. Throws as `runTasks` does. */
  read(groups: readonly ObjectGroup[], onDone: (group: ObjectGroup) => void): Promise<void>
  /** Throws when tasks cannot be run at all. */
  probe(): Promise<void>
  /** Told of an object whose task ends without an answer, again and again; answers its name. */
  onPoison(index: number, why: string): string
  readonly logger: Logger
}

/** One object that ends its task may be; several say that something else is wrong. */
const MOST_POISON = 4

/**
 * Reads groups, and goes on where one ends its task: it is cut into smaller ones until the object is found.
 * @throws HeadrigError as tasks do; `unavailable`, naming an object, when too many end their tasks
 */
export async function readGroups(all: readonly ObjectGroup[], reader: GroupReader): Promise<void> {
  const suspects = new Set<ObjectGroup>()
  let open = all
  for (let poison = 0; open.length > 0;) {
    const done = new Set<ObjectGroup>()
    try {
      await reader.read(open, (group) => done.add(group))
      return
    } catch (error) {
      const task = crashedTask(error)
      const group = task === undefined ? undefined : open[task]
      if (!group || !(error instanceof HeadrigError)) throw error
      open = open.filter((g) => !done.has(g))
      const { from, to } = group
      reader.logger.warn('a task on spark ended without an answer', {
        objects: to - from,
        error: error.message,
      })
      if (to - from > 1) {
        open = open.flatMap((g) => (g === group ? partsOf(g) : [g]))
        continue
      }
      if (!suspects.has(group)) {
        // Not every master tries a task again.
        suspects.add(group)
        continue
      }
      await reader.probe()
      const name = reader.onPoison(from, error.message)
      if (++poison >= MOST_POISON) {
        const told = `${poison} objects of a batch end their tasks, ${name} is the last: ${error.message}`
        throw new HeadrigError('unavailable', told, { cause: error })
      }
      open = open.filter((g) => g !== group)
    }
  }
}
