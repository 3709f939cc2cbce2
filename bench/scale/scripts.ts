import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CACHE } from '../data/prepare.js'
import { run, type Run } from '../lib/measure.js'

const scripts = {
  make: new URL('make-log.ts', import.meta.url),
  load: new URL('load-log.ts', import.meta.url),
  commit: new URL('commit-log.ts', import.meta.url),
}

/** What `load-log.ts` prints, seconds. */
export interface Loaded {
  readonly files: number
  readonly kept: number
  readonly load: number
  readonly loadAgain: number
  readonly plan: number
  readonly planByTime: number
  readonly count: number
}

/** What `commit-log.ts` prints. */
export interface Committed {
  /** Milliseconds of each commit, writer by writer. */
  readonly took: readonly number[]
  /** How often another writer came first. */
  readonly lost: number
  readonly seconds: number
}

/** A lake with one table whose log has so many files; kept between runs. */
export async function manyFiles(files: number): Promise<string> {
  const folder = join(CACHE, 'data', `log-${files}`)
  const mark = `${folder}.done`
  if (!existsSync(mark)) {
    console.error(`making a log of ${files} files`)
    rmSync(folder, { recursive: true, force: true })
    await script('make', [folder, files])
    writeFileSync(mark, '')
  }
  return folder
}

/** Runs a script of this folder in a process of its own; `out` is what it printed. */
export async function script<T>(
  name: keyof typeof scripts,
  args: readonly (string | number)[],
  env: Record<string, string> = {},
): Promise<Run & { readonly out: T | undefined }> {
  const command = [process.execPath, '--import', 'tsx', fileURLToPath(scripts[name])]
  const result = await run([...command, ...args.map(String)], env)
  return { ...result, out: result.stdout === '' ? undefined : (JSON.parse(result.stdout) as T) }
}
