import { existsSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { discover, type Cursors, type Found, type Wanted } from '../../collect/discover.js'
import type { Source } from '../../collect/source.js'
import type { LakeContext } from '../context.js'
import type { CollectOptions } from './options.js'

/** Objects that discovery holds before they are planned: few at first, so that reading begins while it goes on. */
const FIRST = 20_000
const MOST = 100_000

/** The sources' objects that are wanted, as many at once as are planned together. */
export async function* chunks(
  options: CollectOptions,
  context: LakeContext,
  sources: readonly Source[],
  onFound: (count: number) => void,
  cursors?: Cursors,
): AsyncGenerator<readonly Found[]> {
  const wanted: Wanted = {
    ...(options.from ? { from: options.from } : {}),
    ...(options.to ? { to: options.to } : {}),
    ...(options.accounts ? { accounts: options.accounts } : {}),
    ...(options.regions ? { regions: options.regions } : {}),
  }
  const roots = lakeRoots(context)
  let chunk: Found[] = []
  let room = FIRST
  for (const source of sources) {
    for await (const lot of discover(source, wanted, context.logger, cursors)) {
      context.signal.throwIfAborted()
      for (const object of lot) {
        if (roots.some((root) => object.uri.startsWith(root))) continue
        if (chunk.push(object) < room) continue
        yield chunk
        chunk = []
        room = Math.min(MOST, room * 2)
      }
      onFound(chunk.length)
    }
  }
  if (chunk.length > 0) yield chunk
}

/** The lake may lie inside the folder that is collected; it is no log. Sources are known by their real path. */
function lakeRoots({ store, lakeUri }: LakeContext): readonly string[] {
  const path = store.localPath('_headrig')
  if (path === undefined) return [`${lakeUri}/`]
  let above = dirname(path)
  while (!existsSync(above)) above = dirname(above)
  const real = realpathSync(above) + dirname(path).slice(above.length)
  return [`${lakeUri}/`, `file://${real}/`]
}
