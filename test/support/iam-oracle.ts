import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const FOLDER = fileURLToPath(new URL('../../.cache/iam-oracle/', import.meta.url))
const NAME = '@cloud-copilot/iam-simulate'
/** Its licence keeps it out of our own dependencies: docs/adr/0015-signatures-and-policies-of-our-own.md. */
const VERSION = '0.1.173'

export interface Simulation {
  readonly request: {
    readonly principal: string
    readonly action: string
    readonly resource: { readonly resource: string; readonly accountId: string }
    readonly contextVariables: Readonly<Record<string, string | readonly string[]>>
  }
  readonly identityPolicies: readonly { readonly name: string; readonly policy: unknown }[]
  readonly permissionBoundaryPolicies?: readonly {
    readonly name: string
    readonly policy: unknown
  }[]
  readonly sessionPolicy?: unknown
  readonly resourcePolicy?: unknown
  readonly serviceControlPolicies: readonly []
  readonly resourceControlPolicies: readonly []
}

interface Oracle {
  runSimulation(
    simulation: Simulation,
    options: object,
  ): Promise<{
    readonly resultType: string
    readonly overallResult?: string
    readonly errors?: unknown
  }>
}

/** Another implementation of IAM's decisions, installed on its own in the cache. */
export async function iamOracle(): Promise<Oracle> {
  const folder = `${FOLDER}node_modules/${NAME}`
  const installed = await readFile(`${folder}/package.json`, 'utf8').catch(() => '{}')
  if ((JSON.parse(installed) as { version?: string }).version !== VERSION) {
    await mkdir(FOLDER, { recursive: true })
    await writeFile(`${FOLDER}package.json`, '{"private":true}')
    const args = ['install', '--ignore-scripts', '--no-audit', '--save-exact', `${NAME}@${VERSION}`]
    await promisify(execFile)('npm', args, { cwd: FOLDER })
  }
  return (await import(`${folder}/dist/esm/index.js`)) as Oracle
}
