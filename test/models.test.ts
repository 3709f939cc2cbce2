import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { compileModel, MODELLED, modelText } from '../scripts/compile-model.js'
import { AWS_PACKAGES } from './interop/versions.js'
import { pythonWith } from './support/venv.js'

const DATA = 'import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), "data"))'

test('the models are those of the botocore that is named, as the script compiles them', async () => {
  const python = await pythonWith('aws-python', AWS_PACKAGES)
  const { stdout } = await promisify(execFile)(python ?? 'python3', ['-c', DATA])
  for (const service of MODELLED) {
    const kept = await readFile(`src/wire/models/${service}.json`, 'utf8')
    expect(modelText(compileModel(stdout.trim(), service)) === kept, service).toBe(true)
  }
})
