// Adds to package-lock.json what a registry that serves one platform leaves out: the optional packages
// of other platforms. Without them `npm ci` refuses the lock file. Run it after `npm install`.
import { readFileSync, writeFileSync } from 'node:fs'

const FILE = 'package-lock.json'
const OS = /(?:^|-)(aix|android|darwin|freebsd|linux|openharmony|win32)(?:-|$)/
const CPU = /-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-|$)/
const LIBC = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' }

const lock = JSON.parse(readFileSync(FILE, 'utf8'))
const added = []
for (const { optionalDependencies = {}, dev } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const key = `node_modules/${name}`
    if (lock.packages[key]) continue
    const platform = name.slice(name.indexOf('/') + 1)
    const [, os] = OS.exec(platform) ?? []
    const [, cpu] = CPU.exec(platform) ?? []
    if (!os || !cpu || !/^\d+\.\d+\.\d+/.test(version))
      throw new Error(`cannot tell platform and version of ${name}@${version}: add it by hand`)
    const libc = os === 'linux' ? LIBC[platform.split('-').at(-1)] : undefined
    lock.packages[key] = {
      version,
      cpu: [cpu],
      ...(dev ? { dev } : {}),
      ...(libc ? { libc: [libc] } : {}),
      optional: true,
      os: [os],
    }
    added.push(name)
  }
}
const packages = Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'))
lock.packages = Object.fromEntries(packages)
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added.length} packages of other platforms added`)
