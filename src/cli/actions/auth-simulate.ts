import { Authoriser, denialOf } from '../../auth/authoriser.js'
import { roleSession, userOf } from '../../auth/keys/principals.js'
import { HeadrigError } from '../../core/errors.js'
import type { Cli } from '../cli.js'
import { report } from '../report.js'
import { parsePairs, withDirectory } from '../with-directory.js'
import { ownerOf, type OwnerFlags } from './auth.js'

export interface SimulateFlags extends OwnerFlags {
  readonly context?: readonly string[]
}

/** What the policies of a user or role say to one request; exits 3 when it is no. */
export async function runPolicySimulate(
  this: Cli,
  flags: SimulateFlags,
  action: string,
  resource = '*',
): Promise<void> {
  const { kind, name } = ownerOf(flags)
  const context = parsePairs('--context', flags.context)
  const answer = await withDirectory(this, flags, (directory) => {
    const { account } = directory
    const role = kind === 'role' ? directory.role(name) : undefined
    const user = kind === 'user' ? directory.user(name) : undefined
    const principal = role ? roleSession(account, role, 'simulated') : user && userOf(account, user)
    if (!principal)
      throw new HeadrigError('not-found', `no ${kind} ${name}: see headrig auth ${kind} list`)
    const request = { action, resource, context }
    const facts = { now: new Date(), region: 'us-east-1', secureTransport: true }
    const decision = new Authoriser(directory).decide(principal, request, facts)
    return { decision, why: decision.allowed ? 'allowed' : denialOf(principal, request, decision) }
  })
  const { decision, why } = answer
  const by =
    !decision.allowed && decision.statement ? [`decided by policy ${decision.statement}`] : []
  await report(this, flags, decision, [why, ...by])
  if (!decision.allowed) this.exitWith(3)
}
