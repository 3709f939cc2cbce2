import { grouped } from '../../core/grouped.js'
import { withoutPassword } from '../../core/setting.js'
import type { LakeContext } from '../context.js'
import { finding, type Finding } from './finding.js'

/** The lake can be reached, even if it is not there yet. */
export function lakeFinding({ lake, lakeUri }: LakeContext): Promise<Finding> {
  return finding('lake', async () => {
    const { length } = await lake.tables()
    const holds = length === 0 ? 'nothing is there yet' : `${grouped(length)} tables`
    return `${withoutPassword(lakeUri)}: ${holds}`
  })
}
