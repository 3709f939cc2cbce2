import { readFile } from 'node:fs/promises'
import { HeadrigError } from '../../core/errors.js'
import { HOST } from '../local/launch.js'
import { DECOMMISSION_CONF, javaSize, SHARING_CONF, type SparkConf } from '../local/properties.js'
import { readRecord, readSecrets } from '../local/record.js'
import type { ExistingMaster } from '../local/spec.js'

/** Where a driver has its work done. */
export interface JobMaster {
  /** `local[*]`, or `spark://host:port`. */
  readonly url: string
  /** The driver's address, as workers reach it. */
  readonly driverHost: string
  /** Settings that suit it; a job may have others. */
  readonly conf: SparkConf
  /** Settings that a job cannot change. */
  readonly enforced?: SparkConf | undefined
  /** What lets a driver in: never print it. */
  readonly secret?: string | undefined
  /** Nodes share this machine's folders and programs. */
  readonly isHere: boolean
}

/** The driver does the work itself, on all of this machine's cores. */
export const THIS_MACHINE: JobMaster = {
  url: 'local[*]',
  driverHost: HOST,
  conf: {},
  isHere: true,
}

/** A standalone master that somebody else runs. */
export function foreignMaster({ url, secret, driverHost = HOST }: ExistingMaster): JobMaster {
  if (!/^spark:\/\/[\w.,:[\]-]+:\d+$/.test(url))
    throw new HeadrigError(
      'invalid',
      `${JSON.stringify(url)} is no master: write spark://host:7077`,
    )
  return { url, driverHost, secret, conf: {}, isHere: false }
}

/** The master of a local cluster; undefined when its driver works alone, so that nobody else can. */
export async function masterOfCluster(folder: string): Promise<JobMaster | undefined> {
  const record = await readRecord(folder)
  if (!record?.master) return undefined
  const { shared } = await readSecrets(folder)
  return {
    url: `spark://${HOST}:${record.ports.master}`,
    driverHost: HOST,
    isHere: true,
    secret: shared,
    enforced: record.enforced,
    conf: {
      ...DECOMMISSION_CONF,
      ...SHARING_CONF,
      'spark.executor.memory': javaSize(record.workerMemory),
      'spark.executor.cores': String(record.workerCores),
    },
  }
}

/** A master's secret, of a file. @throws `invalid` when it cannot be read */
export async function readSecretFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    throw new HeadrigError('invalid', `cannot read the secret of the master: ${String(error)}`, {
      cause: error,
    })
  }
}
