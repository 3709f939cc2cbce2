// Makes the package of this platform's addon in build/npm/, as docs/releasing.md says; prints the tarball's path.
// `--optional-dependencies` writes every platform's package into package.json instead, and lets it be published, at release time.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildNative, platform } from './build-native.mjs'

/** What is released. */
const PLATFORMS = ['linux-x64-gnu', 'linux-arm64-gnu', 'darwin-arm64']

const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
const write = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
const root = read('package.json')

if (process.argv.includes('--optional-dependencies')) {
  const packages = PLATFORMS.map((name) => [`@headrig/front-${name}`, root.version])
  const { private: _private, ...published } = root
  write('package.json', { ...published, optionalDependencies: Object.fromEntries(packages) })
} else pack()

function pack() {
  if (!buildNative('native')) return
  const name = platform()
  const [os, cpu, abi] = name.split('-')
  const folder = join('build/npm/@headrig', `front-${name}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const addon = `headrig-front.${name}.node`
  copyFileSync(join('native', addon), join(folder, addon))
  // Names of functions stay, lines of source go: a tenth of the size.
  if (os === 'linux') execFileSync('strip', ['--strip-debug', join(folder, addon)])
  write(join(folder, 'package.json'), {
    name: `@headrig/front-${name}`,
    version: root.version,
    description: `headrig's native front for ${name}`,
    license: root.license,
    main: addon,
    files: [addon, 'THIRD-PARTY.md'],
    engines: root.engines,
    os: [os],
    cpu: [cpu],
    ...(abi ? { libc: [abi === 'gnu' ? 'glibc' : abi] } : {}),
  })
  writeFileSync(
    join(folder, 'README.md'),
    `# @headrig/front-${name}\n\nThe native front of headrig ${root.version} for ${name}: raw logs in, pages of Parquet out. headrig finds it by\nitself when both have the same version; \`headrig doctor\` tells. It is of no use alone.\n`,
  )
  copyFileSync('LICENSE', join(folder, 'LICENSE'))
  writeFileSync(join(folder, 'THIRD-PARTY.md'), thirdParty())
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', '..'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const { filename } = JSON.parse(packed)[0]
  console.log(join('build/npm/@headrig', filename.replace('@', '').replace('/', '-')))
}

/** The crates that are linked into the addon, and their licences. */
function thirdParty() {
  const metadata = JSON.parse(
    execFileSync(
      'cargo',
      ['metadata', '--format-version', '1', '--locked', '--filter-platform', hostTriple()],
      { cwd: 'native', encoding: 'utf8', maxBuffer: 1 << 28 },
    ),
  )
  const packages = new Map(metadata.packages.map((p) => [p.id, p]))
  const nodes = new Map(metadata.resolve.nodes.map((n) => [n.id, n]))
  const linked = new Set()
  const walk = (id) => {
    // What runs in the compiler is in no addon.
    const macro = packages.get(id).targets.some((t) => t.kind.includes('proc-macro'))
    if (macro || linked.has(id)) return
    linked.add(id)
    for (const { pkg, dep_kinds: kinds } of nodes.get(id)?.deps ?? [])
      if (kinds.some((k) => k.kind === null)) walk(pkg)
  }
  walk(metadata.resolve.root)
  linked.delete(metadata.resolve.root)
  const rows = [...linked]
    .map((id) => packages.get(id))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(
      (p) =>
        `| ${p.name} | ${p.version} | ${p.license ?? 'see the source'} | ${p.repository ?? ''} |`,
    )
  return [
    '# Third-party crates',
    '',
    'Linked into the addon, with the libraries that some of them bring along (zstd, bzip2, libdeflate).',
    '',
    '| Crate | Version | Licence | Source |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function hostTriple() {
  const said = execFileSync('rustc', ['-vV'], { encoding: 'utf8' })
  return /^host: (.*)$/m.exec(said)?.[1] ?? ''
}
