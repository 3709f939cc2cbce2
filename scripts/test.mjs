// Runs every test; the last line is `N passed, N failed`, with `, N skipped` when there are any: of the suite, of what
// reads logs once more with the portable front where the native one is there, and of native/ where there is Rust.
// A file that fails outside its tests counts as one failure. Arguments go to vitest, and only that runs.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What depends on which front reads; other tests name one, or hold both against each other. */
const OF_FRONTS = [
  'src/collect/',
  'src/app/collect.test.ts',
  'src/engines/duckdb/duplicates.test.ts',
  'test/e2e/collect-kill',
  'test/e2e/collect-real',
  'test/e2e/collect-s3',
  'test/e2e/collect-together',
  'test/e2e/collect-watch',
]

const asked = process.argv.slice(2)
const count = { passed: 0, failed: 0, skipped: 0 }
vitest(asked)
if (asked.length === 0) {
  if (await hasAddon()) {
    console.log('\nthe portable front, where the native one read before')
    vitest(OF_FRONTS, { HEADRIG_FRONT: 'portable' })
  } else console.log('\nthere is no native front here: all was read by the portable one')
  crate()
}
process.exitCode = count.failed > 0 ? 1 : 0
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
console.log(`${count.passed} passed, ${count.failed} failed${skipped}`)

function vitest(args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'headrig-test-'))
  const report = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { status, error } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args],
    { stdio: 'inherit', env: { ...process.env, ...env } },
  )
  if (error) throw error
  const before = count.failed
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
    for (const { status: file, assertionResults: tests } of testResults) {
      for (const { status } of tests) count[status in count ? status : 'skipped'] += 1
      if (file === 'failed' && !tests.some((t) => t.status === 'failed')) count.failed += 1
    }
  } catch (broken) {
    console.error(`no test report: ${broken.message}`)
    count.failed += 1
  }
  rmSync(folder, { recursive: true, force: true })
  if (status !== 0 && count.failed === before) count.failed += 1
}

async function hasAddon() {
  const path = '../dist/front/native/load.js'
  if (!existsSync(new URL(path, import.meta.url))) return false
  const { loadAddon } = await import(path)
  return loadAddon().addon !== undefined
}

function crate() {
  if (spawnSync('cargo', ['--version']).status !== 0) {
    console.log('the tests of native/ were not run: there is no cargo here')
    return
  }
  const args = ['test', '--locked', '--no-default-features']
  const { status, stdout } = spawnSync('cargo', args, {
    cwd: 'native',
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  process.stdout.write(stdout)
  const before = count.failed
  for (const [, passed, failed, ignored] of stdout.matchAll(
    /^test result: .* (\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    count.passed += Number(passed)
    count.failed += Number(failed)
    count.skipped += Number(ignored)
  }
  if (status !== 0 && count.failed === before) count.failed += 1
}
