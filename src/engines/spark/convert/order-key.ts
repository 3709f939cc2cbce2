import type { TaskPointer } from './messages.js'

/** Where a task's order is in the lake's store. */
export function orderKey({ folder }: Pick<TaskPointer, 'folder'>, task: number): string {
  return `${folder}task-${task}.json`
}
