import { join } from 'node:path'
import { explainFailure, lastLine } from './failures/explain.js'
import type { ProcessEnd } from './process.js'
import type { StepRecord, StepSpec } from './step.js'

/** How an attempt ended, as it is written to the record. */
export type Outcome = Pick<StepRecord, 'exitCode' | 'signal' | 'failure'> & {
  readonly state: 'COMPLETED' | 'CANCELLED' | 'FAILED'
}

/** Judges the end of an attempt: COMPLETED is exit code 0, and nothing else. */
export async function outcomeOf(spec: StepSpec, end: ProcessEnd, folder: string): Promise<Outcome> {
  const { exitCode, signal, ended, problem } = end
  const how = { ...(exitCode !== undefined && { exitCode }), ...(signal && { signal }) }
  if (ended === 'cancelled') return { state: 'CANCELLED', ...how }
  if (ended === undefined && exitCode === 0) return { state: 'COMPLETED', exitCode }
  if (ended === 'time')
    return failed(spec, how, 'Time limit exceeded.', `ran longer than ${spec.limits?.timeMs} ms`)
  if (ended === 'output')
    return failed(spec, how, 'Output limit exceeded.', 'stdout and stderr grew beyond their limit')
  if (problem !== undefined) return failed(spec, how, 'Could not start.', problem)
  const known = signal ? undefined : await explainFailure(folder)
  if (known) return failed(spec, how, known.reason, known.message, known.log)
  const status = signal ? `ended by ${signal}` : `exit code ${exitCode}`
  const last = await lastLine(join(folder, 'stderr'))
  return failed(spec, how, 'Unknown Error.', last === '' ? status : `${status}: ${last}`)
}

/**
 * FailureDetails of a step that cannot run or did not end well.
 * @param log the one to look at
 */
export function failed(
  spec: StepSpec,
  how: Pick<StepRecord, 'exitCode' | 'signal'>,
  reason: string,
  message: string,
  log: 'controller' | 'stdout' | 'stderr' = 'stderr',
): Outcome {
  const logFile = spec.logUri === undefined ? undefined : `${logFolder(spec)}/${log}.gz`
  return {
    state: 'FAILED',
    ...how,
    failure: { reason, message, ...(logFile !== undefined && { logFile }) },
  }
}

/** The folder of a step's logs, without a slash at its end; the step must have a `logUri`. */
export function logFolder(spec: StepSpec): string {
  return `${(spec.logUri ?? '').replace(/\/+$/, '')}/${spec.cluster}/steps/${spec.id}`
}
