import { HeadrigError } from '../../core/errors.js'
import { didYouMean } from '../../core/closest.js'
import { requireLake, type LakeContext } from '../context.js'

/** The tables asked for, or all; throws `not-found`, with a guess, for one that the lake lacks. */
export async function chosenTables(
  context: LakeContext,
  asked: readonly string[] | undefined,
): Promise<readonly string[]> {
  await requireLake(context)
  const names = await context.lake.tables()
  if (!asked || asked.length === 0) return names
  const missing = asked.find((name) => !names.includes(name))
  if (missing === undefined) return [...new Set(asked)]
  throw new HeadrigError(
    'not-found',
    `no table ${JSON.stringify(missing)} in ${context.lakeUri}${didYouMean(missing, names)}`,
  )
}
