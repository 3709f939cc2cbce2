import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Dataset, type DatasetId, DATASETS } from './datasets.js'
import { scaled } from './scaled.js'

/** Where generated logs and servers are kept between runs. */
export const CACHE = fileURLToPath(new URL('../../.cache/bench/', import.meta.url))

export interface Prepared extends Dataset {
  readonly folder: string
}

/** The folder of a set, made by two processes when it is not there yet. */
export async function prepare(id: DatasetId, scale: number): Promise<Prepared> {
  const set = scaled(DATASETS[id], scale)
  const folder = join(CACHE, 'data', scale === 1 ? id : `${id}-x${scale}`)
  const mark = `${folder}.done`
  if (!existsSync(mark)) {
    console.error(`making ${id}: ${set.why} (x ${scale})`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    await Promise.all([0, 1].map((share) => runWorker(id, folder, share, scale)))
    writeFileSync(mark, '')
  }
  return { ...set, folder }
}

async function runWorker(
  id: DatasetId,
  folder: string,
  share: number,
  scale: number,
): Promise<void> {
  const worker = fileURLToPath(new URL('worker.ts', import.meta.url))
  const args = ['--import', 'tsx', worker, id, folder, String(share), '2', String(scale)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`making ${id} ended with exit code ${code}`)
}
