import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openLog } from './open-log.js'

/**
 * Puts a sealed file, `<path>.sealed`, in the place of a file; killed in between, the next call does it. One that is
 * not there, or is no file, is passed over.
 */
export async function sealInPlace(path: string, sealed: () => Promise<Transform>): Promise<void> {
  const file = await openLog(path)
  if (file === undefined) return
  const fresh = `${path}.sealing`
  try {
    if (!(await file.stat()).isFile()) return
    const seal = await sealed()
    await rm(fresh, { force: true })
    const target = createWriteStream(fresh, { mode: 0o600, flags: 'wx', flush: true })
    await pipeline(file.createReadStream({ start: 0, autoClose: false }), seal, target)
    await rename(fresh, `${path}.sealed`)
  } finally {
    await file.close()
    await rm(fresh, { force: true })
  }
  await rm(path)
}
