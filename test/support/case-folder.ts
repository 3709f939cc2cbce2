import { cp, mkdir, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Case, CaseFile } from './cases.js'

/** Makes a folder of its own with the files of a case; the caller deletes it. */
export async function makeCaseFolder({ files = {} }: Case): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'headrig-case-')))
  for (const [path, file] of Object.entries(files)) {
    const target = join(folder, path)
    await mkdir(dirname(target), { recursive: true })
    await place(file, target)
  }
  return folder
}

async function place(file: CaseFile, target: string): Promise<void> {
  if (typeof file === 'string') return writeFile(target, file)
  if ('link' in file) return symlink(file.link, target)
  if ('copy' in file) return cp(file.copy, target, { recursive: true })
  return writeFile(
    target,
    'gzip' in file ? gzipSync(file.gzip) : Buffer.from(file.base64, 'base64'),
  )
}
