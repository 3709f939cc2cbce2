import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessEnd } from './process.js'
import type { StepRecord, StepSpec } from './step.js'

/** How an attempt ended, as it is written to the record. */
export type Outcome = Pick<StepRecord, 'exitCode' | 'signal' | 'failure'> & {
  readonly state: 'COMPLETED' | 'CANCELLED' | 'FAILED'
}

const TAIL_BYTES = 4096
const MESSAGE_CHARACTERS = 500

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
  const status = signal ? `ended by ${signal}` : `exit code ${exitCode}`
  const last = await lastLine(join(folder, 'stderr'))
  return failed(spec, how, 'Unknown Error.', last === '' ? status : `${status}: ${last}`)
}

/** FailureDetails of a step that cannot run or did not end well. */
export function failed(
  spec: StepSpec,
  how: Pick<StepRecord, 'exitCode' | 'signal'>,
  reason: string,
  message: string,
): Outcome {
  const logFile = spec.logUri === undefined ? undefined : `${logFolder(spec)}/stderr.gz`
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

async function lastLine(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { size } = await file.stat()
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES))
    await file.read(buffer, 0, buffer.length, size - buffer.length)
    return (buffer.toString('utf8').trimEnd().split('\n').at(-1) ?? '').slice(0, MESSAGE_CHARACTERS)
  } finally {
    await file.close()
  }
}
