import { HeadrigError } from '../../core/errors.js'

/** A Spark Connect server in a pod of its own, with executors in others. */
export interface KubernetesSpec {
  /** Starts the names of its pods. */
  readonly name: string
  /** Of the API server: `https://host:6443`. */
  readonly apiServer: string
  readonly namespace: string
  /** What the driver may act as: it creates and deletes the executors' pods. */
  readonly serviceAccount: string
  /** Holds Spark 4.2 and the Delta connector. */
  readonly image: string
  /** Executors that are always there. */
  readonly coreExecutors: number
  /** Executors that come and go with the work, also on nodes that may vanish. */
  readonly taskExecutors: number
  readonly driver: PodSize
  readonly executor: PodSize
  /** The secret whose `token` Spark Connect asks for. */
  readonly tokenSecret: string
  readonly conf: Readonly<Record<string, string>>
}

export interface PodSize {
  readonly cores: number
  /** Heap, in bytes. */
  readonly memory: number
}

/** @throws `invalid` for what Kubernetes would refuse */
export function checkKubernetesSpec(spec: KubernetesSpec): void {
  const label = /^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/
  const names = [
    ['name', spec.name],
    ['namespace', spec.namespace],
    ['service account', spec.serviceAccount],
    ['token secret', spec.tokenSecret],
  ] as const
  for (const [what, value] of names) {
    if (!label.test(value))
      throw invalid(`${what} ${JSON.stringify(value)}: use up to 40 small letters, digits and -`)
  }
  if (!/^https:\/\/[\w.:[\]-]+(?:\/[\w./-]*)?$/.test(spec.apiServer))
    throw invalid(`api server ${JSON.stringify(spec.apiServer)}: write https://host:6443`)
  if (!/^[\w][\w./:@-]{0,254}$/.test(spec.image) || !/[:@]/.test(spec.image.replace(/^.*\//, '')))
    throw invalid(`image ${JSON.stringify(spec.image)}: name it with its tag or digest`)
  const least = [
    ['core executors', spec.coreExecutors, 1],
    ['task executors', spec.taskExecutors, 0],
    ['cores of the driver', spec.driver.cores, 1],
    ['cores of an executor', spec.executor.cores, 1],
  ] as const
  for (const [what, count, minimum] of least) {
    if (!Number.isInteger(count) || count < minimum || count > 10_000)
      throw invalid(`${count} ${what}: write a whole number from ${minimum} to 10000`)
  }
}

function invalid(message: string): HeadrigError {
  return new HeadrigError('invalid', message)
}
