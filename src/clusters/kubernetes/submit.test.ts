import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { toYaml } from '../../core/yaml.js'
import { checkPod } from './pod-schema.js'
import type { KubernetesSpec } from './spec.js'
import { planKubernetes } from './submit.js'

const SPEC: KubernetesSpec = {
  name: 'hunt',
  apiServer: 'https://192.0.2.7:6443',
  namespace: 'security',
  serviceAccount: 'spark',
  image: 'registry.example/spark:4.2.0-delta',
  coreExecutors: 2,
  taskExecutors: 6,
  driver: { cores: 1, memory: 2 ** 30 },
  executor: { cores: 4, memory: 8 * 2 ** 30 },
  tokenSecret: 'hunt-token',
  conf: { 'spark.sql.ansi.enabled': 'false' },
}
const FILES = { driver: 'k8s/driver.yaml', executor: 'k8s/executor.yaml' }

const confOf = (argv: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    argv.flatMap((word, i) => {
      const [name = '', ...value] = word.split('=')
      return argv[i - 1] === '--conf' ? [[name, value.join('=')]] : []
    }),
  )

test('core executors stay, task executors come and go', () => {
  const { argv } = planKubernetes(SPEC, FILES)
  expect(argv.slice(0, 9)).toEqual([
    'spark-submit',
    '--master',
    'k8s://https://192.0.2.7:6443',
    '--deploy-mode',
    'cluster',
    '--name',
    'hunt',
    '--class',
    'org.apache.spark.sql.connect.service.SparkConnectServer',
  ])
  expect(argv.at(-1)).toBe('local:///opt/spark/jars/spark-connect_2.13-4.2.0.jar')
  expect(confOf(argv)).toMatchObject({
    'spark.dynamicAllocation.minExecutors': '2',
    'spark.dynamicAllocation.maxExecutors': '8',
    'spark.executor.memory': '8192m',
    'spark.decommission.enabled': 'true',
    'spark.authenticate': 'true',
    'spark.sql.ansi.enabled': 'false',
    'spark.kubernetes.driver.secretKeyRef.SPARK_CONNECT_AUTHENTICATE_TOKEN': 'hunt-token:token',
    'spark.connect.grpc.binding.address': '127.0.0.1',
  })
  const fixed = confOf(planKubernetes({ ...SPEC, taskExecutors: 0 }, FILES).argv)
  expect(fixed['spark.executor.instances']).toBe('2')
  expect(fixed).not.toHaveProperty('spark.dynamicAllocation.enabled')
})

test('what keeps strangers out cannot be changed', () => {
  const conf = { 'spark.authenticate': 'false', 'spark.connect.grpc.binding.address': '0.0.0.0' }
  expect(confOf(planKubernetes({ ...SPEC, conf }, FILES).argv)).toMatchObject({
    'spark.authenticate': 'true',
    'spark.connect.grpc.binding.address': '127.0.0.1',
  })
})

test('the driver keeps to primary nodes, executors prefer core nodes', async () => {
  const { driver, executor } = planKubernetes(SPEC, FILES)
  const read = parse(await toYaml(executor)) as typeof executor
  expect(read).toEqual(executor)
  const nodes = (roles: string[]) => ({
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'headrig-role', operator: 'In', values: roles }] },
      ],
    },
  })
  expect(driver).toMatchObject({ spec: { affinity: { nodeAffinity: nodes(['primary']) } } })
  expect(executor).toMatchObject({
    spec: {
      affinity: { nodeAffinity: nodes(['core', 'task']) },
      tolerations: [{ key: 'headrig-role', value: 'task', effect: 'NoSchedule' }],
      automountServiceAccountToken: false,
    },
  })
  const without = planKubernetes({ ...SPEC, taskExecutors: 0 }, FILES).executor
  expect(without).toMatchObject({ spec: { affinity: { nodeAffinity: nodes(['core']) } } })
  expect(without['spec']).not.toHaveProperty('tolerations')
})

test.each([
  [{ name: 'Hunt' }, /^name "Hunt": use up to 40 small letters/],
  [{ namespace: '-a' }, /^namespace/],
  [{ apiServer: 'http://a' }, /write https:\/\/host:6443/],
  [{ image: 'registry:5000/spark' }, /name it with its tag or digest/],
  [{ coreExecutors: 0 }, /^0 core executors: write a whole number from 1/],
  [{ taskExecutors: 1.5 }, /^1\.5 task executors/],
])('%j is refused', (change, message) => {
  expect(() => planKubernetes({ ...SPEC, ...change }, FILES)).toThrow(message)
})

test.each([
  [{ kind: 'Job' }, 'pod.kind is none of Pod'],
  [{ spec: { containers: [{ nmae: 'x' }] } }, 'pod.spec.containers[0].name is missing'],
  [{ spec: { containers: [{ name: 'x', command: 'y' }] } }, 'has no field command'],
  [{ spec: { containers: [{ name: 1 }] } }, 'pod.spec.containers[0].name is no text'],
  [{ spec: { containers: [], terminationGracePeriodSeconds: -1 } }, 'is no whole number'],
  [{ spec: { containers: {} } }, 'pod.spec.containers is no list'],
  [{ metadata: { labels: { a: true } } }, 'pod.metadata.labels.a is no text'],
  [{ spec: {} }, 'pod.spec.containers is missing'],
])('a pod with %j is wrong', (change, message) => {
  const pod = { ...planKubernetes(SPEC, FILES).driver, ...change }
  expect(() => checkPod(pod)).toThrow(message)
})
