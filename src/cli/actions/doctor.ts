import { doctor } from '../../app/doctor.js'
import { HeadrigError } from '../../core/errors.js'
import type { Cli } from '../cli.js'
import type { AnswerFlags } from '../flags/setting-flags.js'
import { report } from '../report.js'
import { withLake } from '../with-lake.js'

export interface DoctorFlags extends AnswerFlags {
  readonly output: 'text' | 'json'
}

export async function runDoctor(this: Cli, flags: DoctorFlags): Promise<void> {
  const findings = await withLake(this, flags, doctor)
  const width = Math.max(...findings.map((f) => f.what.length))
  const lines = findings.map((f) => `${f.state.padEnd(6)}  ${f.what.padEnd(width)}  ${f.detail}`)
  await report(this, { format: flags.output }, { findings }, lines)
  const broken = findings.filter((f) => f.state === 'broken').map((f) => f.what)
  if (broken.length > 0)
    throw new HeadrigError('unavailable', `${broken.join(', ')}: see above for what to do`)
}
