import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NOTEBOOK_PACKAGES } from '../interop/versions.js'
import { BINARY, launchBinary } from '../support/launch.js'
import { sharedSpark } from '../support/spark.js'
import { pythonWith } from '../support/venv.js'

const NOTEBOOK = resolve('docs/notebooks/open-the-lake.ipynb')
const RUN = `
import sys, nbformat
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], as_version=4)
nbformat.validate(book)
NotebookClient(book, timeout=240, kernel_name="python3", resources={"metadata": {"path": "."}}).execute()
for cell in book.cells:
    for output in cell.get("outputs", []):
        print(output.get("text") or output["data"]["text/plain"])
`

const server = existsSync(BINARY) ? await sharedSpark() : undefined
const python = server ? await pythonWith('notebook-python', NOTEBOOK_PACKAGES) : undefined

describe.skipIf(!python)('the notebook of the docs', { timeout: 300_000 }, () => {
  let cwd: string
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'headrig-notebook-'))
    const { exit, stderr } = await launchBinary({ argv: ['demo', '-q'], cwd })
    if (exit !== 0) throw new Error(stderr)
  })
  afterAll(() => rm(cwd, { recursive: true, force: true }))

  /** Runs a notebook as Jupyter does, and gives what its cells say. */
  const run = (path: string): Promise<{ readonly stdout: string }> => {
    const { host, port, token } = server!
    return promisify(execFile)(python!, ['-c', RUN, path], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME: cwd,
        HEADRIG_SPARK_URL: `sc://${host}:${port}/`,
        HEADRIG_SPARK_TOKEN: token,
      },
    })
  }

  test('gives one answer by delta-rs, DuckDB and Spark', async () => {
    const { stdout } = await run(NOTEBOOK)
    expect(stdout).toMatch(/^version \d+, \d+ files, \d{6} flows$/m)
    expect(stdout.match(/^\[\('/gm)).toHaveLength(3)
  })

  test('fails when a cell fails', async () => {
    const book = readFileSync(NOTEBOOK, 'utf8')
    const wrong = book.replace('lake = os', 'assert os.getcwd() is None\\n", "lake = os')
    expect(wrong).not.toBe(book)
    await writeFile(join(cwd, 'wrong.ipynb'), wrong)
    await expect(run(join(cwd, 'wrong.ipynb'))).rejects.toThrow('AssertionError')
  })

  test('is kept without outputs', () => {
    const { cells } = JSON.parse(readFileSync(NOTEBOOK, 'utf8')) as {
      cells: readonly { cell_type: string; outputs?: readonly unknown[] }[]
    }
    for (const { cell_type, outputs } of cells)
      expect(outputs).toEqual(cell_type === 'code' ? [] : undefined)
  })
})
