import { expect, test } from 'vitest'
import { roleOfStep } from './role-of-step.js'

const ACCOUNT = '111122223333'
const arn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`
const mapping = (role: string, ...identifiers: string[]) => ({
  role: arn(role),
  type: 'User' as const,
  identifiers,
})

test("a step has its own role, else the first that is mapped, else the cluster's", () => {
  const security = {
    roleMappings: [mapping('a', 'ada'), mapping('b', 'grace', 'hadoop'), mapping('c', 'hadoop')],
  }
  const roleOf = (role: string | undefined, jobFlowRole?: string, mapped = security) =>
    roleOfStep(
      { ...(role !== undefined && { role }) },
      { security: mapped, ...(jobFlowRole !== undefined && { jobFlowRole }) },
      ACCOUNT,
    )?.arn
  expect(roleOf(arn('own'), 'cluster')).toBe(arn('own'))
  expect(roleOf(undefined, 'cluster')).toBe(arn('b'))
  const unmapped = { roleMappings: [] }
  expect(roleOf(undefined, 'cluster', unmapped)).toBe(arn('cluster'))
  expect(roleOf(undefined, `arn:aws:iam::${ACCOUNT}:instance-profile/p`, unmapped)).toBe(arn('p'))
  expect(roleOf(undefined, undefined, unmapped)).toBeUndefined()
})

test('a source identity goes along where the configuration says so', () => {
  const spec = { role: arn('own'), sourceIdentity: 'ada' }
  const cluster = (propagatesSourceIdentity: boolean) => ({
    security: { runtimeRoles: { propagatesSourceIdentity } },
  })
  expect(roleOfStep(spec, cluster(true), ACCOUNT)).toEqual({
    arn: arn('own'),
    sourceIdentity: 'ada',
  })
  expect(roleOfStep(spec, cluster(false), ACCOUNT)).toEqual({ arn: arn('own') })
})
