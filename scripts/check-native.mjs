// Checks native/ where there is Rust: format, lint, licences, and some seconds of fuzzing. What cannot be done here is
// said, and is no failure. HEADRIG_FUZZ_SECONDS: for each target, default 20.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const FUZZ_VERSION = '0.13.1'
const TOOLS = resolve('.cache/cargo-tools')
const seconds = Number(process.env.HEADRIG_FUZZ_SECONDS ?? 20)

const run = (program, args, options = {}) =>
  spawnSync(program, args, { cwd: 'native', stdio: 'inherit', ...options }).status
const works = (program, ...args) => run(program, args, { stdio: 'ignore' }) === 0
const skip = (why) => console.log(`skipped: ${why}`)

if (!works('cargo', '--version')) skip('no checks of native/: there is no cargo here')
else {
  const failed = [format(), lint(), ...crates(), ...fuzz()].filter((name) => name !== undefined)
  for (const name of failed) console.error(`native/: ${name} failed`)
  process.exitCode = failed.length > 0 ? 1 : 0
}

function cargo(name, ...args) {
  return run('cargo', args) === 0 ? undefined : name
}

function format() {
  if (!works('cargo', 'fmt', '--version')) return skip('the format of native/: no rustfmt here')
  return cargo('cargo fmt', 'fmt', '--check')
}

function lint() {
  if (!works('cargo', 'clippy', '--version')) return skip('the lint of native/: no clippy here')
  const flags = ['--locked', '--all-features', '--all-targets', '--quiet']
  return cargo('cargo clippy', 'clippy', ...flags, '--', '-D', 'warnings')
}

function crates() {
  const own = run(process.execPath, ['scripts/check-crates.mjs'], { cwd: '.' })
  const results = [own === 0 ? undefined : 'the check of crates']
  if (!works('cargo', 'deny', '--version')) {
    skip('known weaknesses of crates: no cargo-deny here')
    return results
  }
  results.push(cargo('cargo deny', 'deny', 'check', 'licenses', 'bans', 'sources'))
  if (works('cargo', 'deny', 'fetch', 'db'))
    results.push(cargo('cargo deny advisories', 'deny', 'check', 'advisories'))
  else skip('known weaknesses of crates: their list cannot be fetched here')
  return results
}

function fuzz() {
  if (seconds === 0 || !existsSync('native/fuzz')) return []
  if (!works('rustup', 'run', 'nightly', 'rustc', '--version')) {
    skip('fuzzing native/: no nightly Rust here')
    return []
  }
  const env = { ...process.env, PATH: `${TOOLS}/bin:${process.env.PATH}` }
  const there = () => run('cargo', ['fuzz', '--version'], { stdio: 'ignore', env }) === 0
  const install = ['install', 'cargo-fuzz', '--version', FUZZ_VERSION, '--locked', '--root', TOOLS]
  if (!there()) run('cargo', install, { cwd: '.' })
  if (!there()) {
    skip('fuzzing native/: cargo-fuzz cannot be installed here')
    return []
  }
  const listed = spawnSync('cargo', ['fuzz', 'list'], { cwd: 'native', encoding: 'utf8', env })
  return listed.stdout
    .split('\n')
    .filter((target) => target !== '')
    .map((target) => {
      const flags = [`-max_total_time=${seconds}`, '-rss_limit_mb=2048', '-verbosity=0']
      const args = ['+nightly', 'fuzz', 'run', target, '--', ...flags]
      return run('cargo', args, { env }) === 0 ? undefined : `fuzzing of ${target}`
    })
}
