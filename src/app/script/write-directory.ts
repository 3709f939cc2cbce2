import type { LakeContext } from '../context.js'
import type { QueryOptions } from '../query-parts.js'
import { checkEmpty, checkReplaceable, checkTarget } from './guard-target.js'
import { recoverLocalDirectory, replaceLocalDirectory } from './local-directory.js'
import { folderOf, type Place, placeOf } from './place.js'
import type { Statement } from './statement.js'
import { namesIn, replaceStoreDirectory } from './store-directory.js'
import { writtenColumns } from './written-columns.js'
import { writeRows } from './write-rows.js'
import type { WrittenRows } from './written-rows.js'

export interface WriteOptions {
  readonly cwd: string
  /** Replace what does not look like results. */
  readonly force: boolean
}

/**
 * Writes the rows of a query to a folder or below a prefix, in place of what is there.
 * @throws `forbidden` for a place that holds more than results, `conflict` for other files there
 */
export async function writeDirectory(
  { location, output, partitionNames, overwrite }: Statement & { kind: 'directory' },
  query: QueryOptions,
  { cwd, force }: WriteOptions,
  context: LakeContext,
): Promise<WrittenRows> {
  const target = placeOf(await checkTarget(location, cwd, context), context)
  const folder = folderOf(target)
  if (folder !== undefined) await recoverLocalDirectory(folder)
  const names = await namesIn(target)
  if (!overwrite && !force) {
    checkEmpty(location, names, 'UNLOAD writes to an empty place: name one, or give --force')
  }
  checkReplaceable(location, names, force)
  const write = (place: Place, label?: string): Promise<WrittenRows> =>
    writeRows(
      {
        query,
        output,
        partitionNames,
        columns: writtenColumns,
        ...(label === undefined ? {} : { label }),
      },
      place,
      context,
    )
  return folder === undefined
    ? replaceStoreDirectory(target, write)
    : replaceLocalDirectory(folder, write, context)
}
