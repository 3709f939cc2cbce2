// Holds the crates of native/ to native/deny.toml: their licences, and that they come from crates.io.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const REGISTRY = 'registry+https://github.com/rust-lang/crates.io-index'
const [, list = ''] = /^allow = \[\n(.*?)^\]/ms.exec(readFileSync('native/deny.toml', 'utf8')) ?? []
const allowed = new Set([...list.matchAll(/^\s*"([^"]+)"/gm)].map(([, name]) => name))
if (allowed.size === 0) throw new Error('native/deny.toml allows no licence')

const args = ['metadata', '--locked', '--all-features', '--format-version', '1']
const { status, stdout, stderr } = spawnSync('cargo', args, {
  cwd: 'native',
  encoding: 'utf8',
  maxBuffer: 1 << 28,
})
if (status !== 0) throw new Error(`cargo metadata: ${stderr}`)
const { packages, resolve, workspace_members: own } = JSON.parse(stdout)
// What only tests use is in nothing that is given to others.
const shipped = new Set(own)
for (const id of shipped)
  for (const { pkg, dep_kinds: kinds } of resolve.nodes.find((n) => n.id === id)?.deps ?? [])
    if (kinds.some(({ kind }) => kind !== 'dev')) shipped.add(pkg)
const wrong = packages
  .filter(({ id }) => shipped.has(id) && !own.includes(id))
  .flatMap(({ name, version, license, source }) => [
    ...(source === REGISTRY ? [] : [`${name} ${version}: from ${source}`]),
    ...(license && allows(license) ? [] : [`${name} ${version}: licence ${license}`]),
  ])
for (const line of wrong) console.error(line)
process.exitCode = wrong.length > 0 ? 1 : 0
if (wrong.length === 0)
  console.log(`licences and sources of ${shipped.size - own.length} crates hold`)

/** Whether an SPDX expression can be met by what is allowed. Before SPDX, `/` stood for OR. */
function allows(expression) {
  const tokens = expression.replaceAll('/', ' OR ').match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const either = () => {
    let met = both()
    for (; tokens[at] === 'OR';) {
      at++
      met = both() || met
    }
    return met
  }
  const both = () => {
    let met = one()
    for (; tokens[at] === 'AND';) {
      at++
      met = one() && met
    }
    return met
  }
  const one = () => {
    const token = tokens[at++]
    if (token !== '(') {
      // An exception only adds permissions.
      if (tokens[at] === 'WITH') at += 2
      return allowed.has(token)
    }
    const met = either()
    at++
    return met
  }
  return either() && at === tokens.length
}
