import { access } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import { mapLimit } from '../../../core/concurrency.js'
import { HeadrigError } from '../../../core/errors.js'
import { download } from '../../../storage/download.js'
import { openStore } from '../../../storage/open.js'
import type { ByteStore } from '../../../storage/store.js'
import { openSession } from '../../duckdb/session.js'
import type { RawFile } from '../../duckdb/external/raw-file.js'
import { lineCells, lineSql } from './cells.js'
import type { OrderedFile, RawOrder } from './order.js'
import { rowFilter } from './row-filter.js'

/** The most that the embedded engine takes; a few buffers as large as the largest file are the most of it. */
const ENGINE_BYTES = 1 << 30
const AT_ONCE = 16

/**
 * Reads a share of an external table with the embedded reader: lines of cells, as `cells.ts` has them.
 * @param scratch an empty folder; the caller deletes it
 * @throws HeadrigError as the embedded engine does, with the URI of the file; `invalid` when this machine
 *   does not see a folder
 */
export async function* runOrder(
  order: RawOrder,
  scratch: string,
): AsyncGenerator<readonly string[]> {
  const { table, withPath, filters } = order
  const files = await fetchFiles(order, scratch)
  const needed = new Set(order.needed)
  const where = rowFilter(table, filters)
  const cells = lineCells(table, withPath, needed)
  const sql = `SELECT ${lineSql(cells)} AS line FROM "${table.name.replaceAll('"', '""')}"${where === undefined ? '' : ` WHERE ${where}`}`
  try {
    const session = await openSession(
      { memoryLimitBytes: ENGINE_BYTES, threads: 1, tempFolder: join(scratch, 'spill') },
      { tables: [], externals: [{ table, withPath, files, needed }] },
    )
    try {
      const { batches } = await session.query(sql)
      for await (const rows of batches) yield rows.map(([line]) => String(line))
    } finally {
      await session.close()
    }
  } catch (error) {
    throw named(error, files)
  }
}

async function fetchFiles({ files, s3 }: RawOrder, scratch: string): Promise<RawFile[]> {
  const stores = new Map<string, ByteStore>()
  const fetched = new Map<string, Promise<string>>()
  const fetch = async (file: OrderedFile, number: number): Promise<string> => {
    const [, root = '', key = ''] = /^([a-z0-9]+:\/\/[^/]+)\/(.*)$/is.exec(file.uri) ?? []
    let store = stores.get(root)
    if (!store) stores.set(root, (store = openStore(root, s3)))
    // Its name says how it is compressed.
    const path = join(scratch, String(number), basename(key))
    await download(store, { key, size: file.size }, path)
    return path
  }
  return mapLimit(files, AT_ONCE, async (file, number) => {
    const { uri, size, values } = file
    if (file.path !== undefined) {
      await mustSee(file.path)
      return { path: file.path, uri, size, values }
    }
    let path = fetched.get(uri)
    if (!path) fetched.set(uri, (path = fetch(file, number)))
    return { path: await path, uri, size, values }
  })
}

async function mustSee(path: string): Promise<void> {
  try {
    await access(path)
  } catch (error) {
    throw new HeadrigError(
      'invalid',
      `the executor on ${hostname()} does not see ${path}: use a bucket, or a folder that is mounted on every node`,
      { cause: error },
    )
  }
}

/** Says where a file came from instead of where it lies for now. */
function named(error: unknown, files: readonly RawFile[]): unknown {
  if (!(error instanceof HeadrigError)) return error
  const message = files.reduce((text, { path, uri }) => text.replaceAll(path, uri), error.message)
  return new HeadrigError(error.kind, message, { cause: error })
}
