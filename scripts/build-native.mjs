// Builds the native front where Rust is there, and does nothing when what it is made of has not changed.
// HEADRIG_FRONT=portable: it is not built; native: it must be.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const SOURCES = ['Cargo.toml', 'Cargo.lock', 'build.rs', '.cargo', 'src']

/** The name of this platform's addon: that of its package behind the last `/front-`. */
export function platform() {
  const name = `${process.platform}-${process.arch}`
  if (process.platform !== 'linux') return name
  process.report.excludeNetwork = true
  return `${name}-${process.report.getReport().header.glibcVersionRuntime ? 'gnu' : 'musl'}`
}

/** Whether the addon is there afterwards; says why not, in one line. */
export function buildNative(asked = process.env['HEADRIG_FRONT']) {
  const must = asked === 'native'
  const built = join('native', `headrig-front.${platform()}.node`)
  const stamp = `${built}.stamp`
  const hash = hashOfSources()
  const isCurrent = () =>
    existsSync(built) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash
  const without = (why) => {
    // One of other sources has the same version: nothing else would tell that it is not the right one.
    if (!isCurrent()) for (const file of [built, stamp]) rmSync(file, { force: true })
    if (must) throw new Error(`the native front was not built: ${why}`)
    console.log(`built without the native front: ${why}`)
    return false
  }
  if (asked === 'portable') return without('HEADRIG_FRONT is portable')
  if (isCurrent()) return true
  const rust = spawnSync('cargo', ['--version'], { encoding: 'utf8' })
  if (rust.error || rust.status !== 0) return without('there is no cargo')
  console.log(`building ${built}: the first time takes some minutes`)
  const { status, stdout } = spawnSync(
    'cargo',
    [
      'build',
      '--release',
      '--locked',
      '--lib',
      '--quiet',
      '--message-format',
      'json-render-diagnostics',
    ],
    { cwd: 'native', encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 },
  )
  const library = status === 0 ? libraryOf(stdout) : undefined
  if (library === undefined) return without('cargo build failed, see above')
  // A process that has the old one loaded keeps it.
  copyFileSync(library, `${built}.new`)
  renameSync(`${built}.new`, built)
  writeFileSync(stamp, hash)
  return true
}

/** Where cargo says that it left the library. */
function libraryOf(messages) {
  return messages
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter((m) => m.reason === 'compiler-artifact' && m.target.kind.includes('cdylib'))
    .flatMap((m) => m.filenames)
    .find((file) => /\.(?:so|dylib|dll)$/.test(file))
}

function hashOfSources() {
  const hash = createHash('sha256')
  const files = SOURCES.flatMap((source) => filesOf(join('native', source))).toSorted((a, b) =>
    a < b ? -1 : 1,
  )
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function filesOf(path) {
  if (!existsSync(path)) return []
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((e) => filesOf(join(path, e.name)))
  } catch {
    return [path]
  }
}
