// Usage: node scripts/gen-models.mjs <site-packages of a Python with botocore>
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileModel, MODELLED, modelText } from './compile-model.js'

const [packages] = process.argv.slice(2)
if (!packages) {
  console.error('usage: node scripts/gen-models.mjs <site-packages of a Python with botocore>')
  process.exit(2)
}
for (const service of MODELLED)
  writeFileSync(
    `src/wire/models/${service}.json`,
    modelText(compileModel(join(packages, 'botocore/data'), service)),
  )
