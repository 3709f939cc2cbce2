import { createReadStream, createWriteStream } from 'node:fs'
import { access, rename, rm } from 'node:fs/promises'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Puts a sealed file, `<path>.sealed`, in the place of a file; killed in between, the next call does it. One that is
 * not there is passed over.
 */
export async function sealInPlace(path: string, sealed: () => Promise<Transform>): Promise<void> {
  if (!(await isThere(path))) return
  const seal = await sealed()
  const fresh = `${path}.sealing`
  try {
    const target = createWriteStream(fresh, { mode: 0o600, flush: true })
    await pipeline(createReadStream(path), seal, target)
    await rename(fresh, `${path}.sealed`)
  } finally {
    await rm(fresh, { force: true })
  }
  await rm(path)
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
