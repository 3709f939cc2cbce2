// Runs every test; the last line is `N passed, N failed`, with `, N skipped` when there are any.
// A file that fails outside its tests counts as one failure. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'headrig-test-'))
const report = join(folder, 'report.json')
const { status, error } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
)
if (error) throw error

const count = { passed: 0, failed: 0, skipped: 0 }
try {
  for (const { status: file, assertionResults: tests } of JSON.parse(readFileSync(report, 'utf8'))
    .testResults) {
    for (const { status } of tests) count[status in count ? status : 'skipped'] += 1
    if (file === 'failed' && !tests.some((t) => t.status === 'failed')) count.failed += 1
  }
} catch (broken) {
  console.error(`no test report: ${broken.message}`)
  count.failed += 1
}
rmSync(folder, { recursive: true, force: true })
if (status !== 0 && count.failed === 0) count.failed += 1

process.exitCode = count.failed > 0 ? 1 : 0
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
console.log(`${count.passed} passed, ${count.failed} failed${skipped}`)
