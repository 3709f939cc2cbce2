import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isPinned } from '../../src/clusters/install/checked-file.js'
import { download } from '../../src/clusters/install/download.js'
import { mavenRepository } from '../../src/clusters/install/source.js'
import { spark420 } from '../../src/clusters/install/spark-4.2.0.js'
import { mapLimit } from '../../src/core/concurrency.js'
import { DELTA_JARS } from './versions.js'

const FOLDER = fileURLToPath(new URL('../../.cache/interop-s3-jars', import.meta.url))

/** What Spark needs to read S3, as `headrig engine install` brings it; downloaded once. */
export async function s3Jars(): Promise<readonly string[]> {
  const signal = new AbortController().signal
  const delta = DELTA_JARS.map((name) => `${name.split(':').slice(1).join('-')}.jar`)
  const wanted = spark420.jars.filter((jar) => !delta.includes(basename(jar.path)))
  const source = await mavenRepository(undefined, process.env)
  const fresh = join(FOLDER, `fresh-${process.pid}`)
  await mkdir(fresh, { recursive: true })
  try {
    return await mapLimit(wanted, 4, async (pinned) => {
      const local = join(homedir(), '.m2', 'repository', pinned.path)
      const path = join(FOLDER, basename(pinned.path))
      for (const place of [path, local]) if (await isPinned(place, pinned)) return place
      const here = join(fresh, basename(path))
      const url = new URL(pinned.path, source.base)
      await download({ source, url, pinned, path: here, onBytes: () => undefined, signal })
      await rename(here, path)
      return path
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
