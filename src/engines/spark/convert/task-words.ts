/** With this exit status a task says that another attempt may go better: the store is out of reach, a disk is full. */
export const TRY_AGAIN = 75

/**
 * What a task writes to stderr before it starts. Spark tells the last of that when the program ended, which is
 * the only way to know which task crashed.
 * @example readHello(`Error: ${taskHello(3)}out of memory`) // { task: 3, rest: 'Error: out of memory' }
 */
export function taskHello(task: number): string {
  return `headrig task ${task}\n`
}

/** The number of the task that said hello, if any, and what else was said. */
export function readHello(told: string): {
  readonly task: number | undefined
  readonly rest: string
} {
  const [hello, task] = /headrig task (\d+)\n?/.exec(told) ?? []
  if (hello === undefined) return { task: undefined, rest: told }
  return { task: Number(task), rest: told.replace(hello, '') }
}
