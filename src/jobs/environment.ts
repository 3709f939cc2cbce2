import { join } from 'node:path'

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Where a step starts and what it may fill, in the folder of its attempt: the logs beside it are not its own. */
export function workFolder(attemptFolder: string): string {
  return join(attemptFolder, 'work')
}

/** Every process of a step has it, with the step's id: so they are found when headrig was killed. */
export const STEP_VARIABLE = 'HEADRIG_STEP_ID'

/**
 * The environment of a step, made from nothing: none of headrig's own variables is in it.
 * @param folder where it starts
 * @param given credentials of the step's role, properties of the cluster; cannot replace the step's id
 */
export function stepEnvironment(
  id: string,
  folder: string,
  given: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    PATH,
    HOME: folder,
    TMPDIR: join(folder, 'tmp'),
    LANG: 'C.UTF-8',
    ...given,
    [STEP_VARIABLE]: id,
  }
}
