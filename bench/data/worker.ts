// Makes one share of a set: `worker.ts <set> <folder> <share> <shares> <scale>`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type DatasetId, DATASETS } from './datasets.js'
import { objectMaker } from './objects.js'
import { scaled } from './scaled.js'
import { objectSizes } from './sizes.js'

const [id, folder = '', share, shares, scale] = process.argv.slice(2)
const set = scaled(DATASETS[id as DatasetId], Number(scale))
const sizes = objectSizes(set)
const make = objectMaker(set, sizes)
const made = new Set<string>()
for (const index of sizes.keys()) {
  if (index % Number(shares) !== Number(share)) continue
  const { key, text } = make(index)
  const path = join(folder, key)
  const parent = dirname(path)
  if (!made.has(parent)) mkdirSync(parent, { recursive: true })
  made.add(parent)
  writeFileSync(path, gzipSync(text, { level: 6 }))
}
