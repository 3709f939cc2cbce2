import { HeadrigError } from '../../core/errors.js'
import { FORMATS } from '../../formats/index.js'
import { SYSTEM_TABLES } from '../../formats/system-tables.js'
import type { LakeContext } from '../context.js'

/** Names that tables of the lake's own, or views over them, have or may get. */
const RESERVED = [...FORMATS.map((f) => f.id), ...Object.keys(SYSTEM_TABLES), 'top_talkers']

/** @throws `conflict` for the name of a table of the lake's own */
export async function checkNewName(name: string, context: LakeContext): Promise<void> {
  const taken = [...(await context.lake.tables()), ...RESERVED]
  if (!taken.includes(name)) return
  throw new HeadrigError(
    'conflict',
    `${name} is the name of a table of the lake: give the external table another name`,
  )
}
