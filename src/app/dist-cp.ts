import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mapLimit } from '../core/concurrency.js'
import type { Settings } from '../core/config-settings.js'
import { HeadrigError } from '../core/errors.js'
import { storeOptions, type Effects } from './context.js'
import { CopiedFiles } from './dist-cp/delete-copied.js'
import { listSources } from './dist-cp/list-sources.js'
import { packManifest } from './dist-cp/manifest.js'
import { copyPatterns, type DistCpOptions } from './dist-cp/options.js'
import { openPlace, uriAt, type Place } from './dist-cp/place.js'
import { planCopies } from './dist-cp/plan.js'
import { writeOutput } from './dist-cp/write-output.js'

export type { CopyCodec, DistCpOptions } from './dist-cp/options.js'

export interface DistCpSummary {
  readonly files: number
  readonly bytes: number
  /** Files that were written. */
  readonly outputs: number
  readonly deleted: number
}

/** Files that are written at once; each lies on this machine's disk until it is whole. */
const LANES = 4

/**
 * Copies files as Amazon's S3DistCp does: from S3 or a folder to S3 or a folder, as they are, packed, unpacked or
 * several in one. A file of the destination appears whole; one of the same name is replaced. Sources are deleted,
 * when they are to be, after all is written.
 * @throws HeadrigError `not-found` when there is nothing to copy from, `invalid` for options that do not go together
 * @example await distCp({ src: 's3://logs/in', dest: 's3://logs/day', groupBy: '.*(\\d{4}-\\d\\d-\\d\\d).*' }, context)
 */
export async function distCp(
  options: DistCpOptions & { readonly cwd: string },
  { settings, signal, progress }: Effects & { readonly settings: Settings },
): Promise<DistCpSummary> {
  const patterns = copyPatterns(options)
  const place = (uri: string): Place => openPlace(uri, options.cwd, storeOptions(settings))
  const dest = openPlace(options.dest, options.cwd, {
    ...storeOptions(settings),
    ...(options.encrypt && { encryption: { mode: 'AES256' } }),
  })
  const to = (name: string): string => (dest.key === '' ? name : `${dest.key}/${name}`)
  const copied = new CopiedFiles(options, dest, place)
  let deleted = options.deleteOnSuccess ? await copied.goOn(signal) : 0
  const { sources, before } = await listSources(options, patterns.source, { place, signal })
  const outputs = planCopies(sources, {
    group: patterns.group,
    targetBytes: options.targetBytes,
    codec: options.codec ?? 'keep',
    numberFrom: options.numberFrom,
  })
  const used = outputs.flatMap((output) => output.sources)
  checkApart(
    new Set(used.map(({ uri }) => uri)),
    outputs.map(({ name }) => uriAt(dest, to(name))),
  )
  const total = used.reduce((sum, { size }) => sum + size, 0)
  await mkdir(settings.tempFolder ?? tmpdir(), { recursive: true })
  const scratch = await mkdtemp(join(settings.tempFolder ?? tmpdir(), 'headrig-dist-cp-'))
  let done = 0
  try {
    await mapLimit(outputs, LANES, async (output) => {
      signal.throwIfAborted()
      await writeOutput(output, { store: dest.store, key: to(output.name) }, scratch, signal)
      done += output.sources.reduce((sum, { size }) => sum + size, 0)
      progress.update({ phase: 'copy', bytes: { done, total } })
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
    progress.done()
  }
  if (options.outputManifest !== undefined) {
    const srcDir = options.src.replace(/\/+$/, '')
    const now = used.map(({ uri, name, size }) => ({ path: uri, baseName: name, srcDir, size }))
    await dest.store.put(to(options.outputManifest), await packManifest([...before, ...now]))
  }
  if (options.deleteOnSuccess && used.length > 0) deleted += await copied.delete(used, signal)
  return { files: used.length, bytes: total, outputs: outputs.length, deleted }
}

/** No file is written over one that is read. */
function checkApart(sources: ReadonlySet<string>, outputs: readonly string[]): void {
  const both = outputs.find((uri) => sources.has(uri))
  if (both !== undefined)
    throw new HeadrigError(
      'conflict',
      `${both} would be copied onto itself: choose another destination`,
    )
}
