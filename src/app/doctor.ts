import type { LakeContext } from './context.js'
import { lakeFinding } from './doctor/lake.js'
import { duckDbFinding, frontFinding, memoryFinding, nodeFinding } from './doctor/machine.js'
import { sparkFinding } from './doctor/spark.js'
import type { Finding } from './doctor/finding.js'

export type { Finding } from './doctor/finding.js'

/**
 * Looks at all that this program works with, one after another; what is wrong is a finding, no error.
 * @example const findings = await doctor(context)
 */
export async function doctor(context: LakeContext): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const look of [
    nodeFinding,
    duckDbFinding,
    frontFinding,
    memoryFinding,
    lakeFinding,
    sparkFinding,
  ]) {
    findings.push(await look(context))
    context.signal.throwIfAborted()
  }
  return findings
}
