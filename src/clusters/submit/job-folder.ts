import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeLog4j } from '../log4j.js'

/** In EMR's words. */
export type JobState = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED'

/** What is kept of a job, in `job.json`. Without its arguments: secrets may be among them. */
export interface JobRecord {
  readonly id: string
  readonly name: string
  readonly file: string
  /** Spark's master that it works on, such as `local[*]`. */
  readonly master: string
  readonly state: JobState
  readonly startedAt: string
  readonly endedAt?: string
  readonly exitStatus?: number
}

/** A job's place on this machine's disk, which only its owner can enter. */
export interface JobFolder {
  readonly id: string
  readonly folder: string
  /** What the job wrote. */
  readonly stdout: string
  readonly stderr: string
  /** Settings with secrets in them, spilled data, a fetched job file: removed when the job ends. */
  readonly work: string
}

/** Makes the folder of a new job below the data folder's `jobs`. */
export async function makeJobFolder(jobsFolder: string): Promise<JobFolder> {
  const id = `j-${randomBytes(4).toString('hex')}`
  const folder = join(jobsFolder, id)
  const work = join(folder, 'work')
  for (const path of [work, join(work, 'conf'), join(work, 'local')])
    await mkdir(path, { recursive: true, mode: 0o700 })
  await writeLog4j(join(work, 'conf'), 'warn')
  const [stdout, stderr] = ['stdout', 'stderr'].map((name) => join(folder, name))
  return { id, folder, work, stdout: stdout ?? '', stderr: stderr ?? '' }
}

/** Removes what is not to be kept of a job. */
export async function clearJobFolder({ work }: JobFolder): Promise<void> {
  await rm(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}

/** Writes down how a job is; a reader sees the old or the new. */
export async function writeJobRecord({ folder }: JobFolder, record: JobRecord): Promise<void> {
  const fresh = join(folder, 'job.json.new')
  await writeFile(fresh, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
  await rename(fresh, join(folder, 'job.json'))
}
