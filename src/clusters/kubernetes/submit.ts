import { DECOMMISSION_CONF, javaSize, sessionConf } from '../local/properties.js'
import { driverTemplate, executorTemplate } from './pod-template.js'
import type { PodTemplate } from './pod-schema.js'
import { checkKubernetesSpec, type KubernetesSpec } from './spec.js'

/** What starts a cluster on Kubernetes: a command, and the files that it reads. */
export interface KubernetesPlan {
  /** Of Spark's own program; without secrets. */
  readonly argv: readonly string[]
  readonly driver: PodTemplate
  readonly executor: PodTemplate
}

/** Where the files of a plan are, as the command names them. */
export interface PlanFiles {
  readonly driver: string
  readonly executor: string
}

const SERVER = 'org.apache.spark.sql.connect.service.SparkConnectServer'
const SERVER_JAR = 'local:///opt/spark/jars/spark-connect_2.13-4.2.0.jar'

/**
 * Plans a Spark Connect server on Kubernetes. It listens on the loopback address of its pod only, where
 * `kubectl port-forward` reaches it, and asks for the token of a secret.
 * @throws `invalid` for what Kubernetes would refuse
 */
export function planKubernetes(spec: KubernetesSpec, files: PlanFiles): KubernetesPlan {
  checkKubernetesSpec(spec)
  const { driver, executor, coreExecutors, taskExecutors } = spec
  const conf = {
    'spark.kubernetes.namespace': spec.namespace,
    'spark.kubernetes.authenticate.driver.serviceAccountName': spec.serviceAccount,
    'spark.kubernetes.container.image': spec.image,
    'spark.kubernetes.driver.podTemplateFile': files.driver,
    'spark.kubernetes.executor.podTemplateFile': files.executor,
    'spark.kubernetes.driver.secretKeyRef.SPARK_CONNECT_AUTHENTICATE_TOKEN': `${spec.tokenSecret}:token`,
    'spark.driver.cores': String(driver.cores),
    'spark.driver.memory': javaSize(driver.memory),
    'spark.executor.cores': String(executor.cores),
    'spark.executor.memory': javaSize(executor.memory),
    ...(taskExecutors > 0
      ? {
          'spark.dynamicAllocation.enabled': 'true',
          'spark.dynamicAllocation.shuffleTracking.enabled': 'true',
          'spark.dynamicAllocation.minExecutors': String(coreExecutors),
          'spark.dynamicAllocation.maxExecutors': String(coreExecutors + taskExecutors),
        }
      : { 'spark.executor.instances': String(coreExecutors) }),
    ...sessionConf('/tmp/warehouse'),
    ...DECOMMISSION_CONF,
    ...spec.conf,
    'spark.authenticate': 'true',
    'spark.connect.grpc.binding.address': '127.0.0.1',
    'spark.connect.grpc.binding.port': '15002',
  }
  return {
    argv: [
      'spark-submit',
      '--master',
      `k8s://${spec.apiServer}`,
      '--deploy-mode',
      'cluster',
      '--name',
      spec.name,
      '--class',
      SERVER,
      ...Object.entries(conf).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
      SERVER_JAR,
    ],
    driver: driverTemplate(),
    executor: executorTemplate(taskExecutors > 0),
  }
}
