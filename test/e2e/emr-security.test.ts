import { createReadStream, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfSigned } from '../../src/server/tls/self-signed.js'
import { opened } from '../../src/storage/envelope/open.js'
import { openKms } from '../../src/storage/kms.js'
import { openStore } from '../../src/storage/open.js'
import { s3Jars } from '../interop/s3-jars.js'
import { interopTools } from '../interop/tools.js'
import { startEmrServer, type EmrServer } from '../support/emr-server.js'
import { sparkHome } from '../support/spark-server.js'

const tools = await interopTools()
const jars = tools && (await folderOf([...tools.jars, ...(await s3Jars())]))
const server = await startEmrServer(() => ({
  HEADRIG_EMR_CREDENTIALS: 'assume',
  ...(tools && {
    HEADRIG_SPARK_HOME: sparkHome(tools.python),
    PYSPARK_PYTHON: tools.python,
    PYSPARK_DRIVER_PYTHON: tools.python,
  }),
  ...(jars && { HEADRIG_SPARK_JARS: jars }),
}))
const ANALYSTS = 'arn:aws:iam::123456789012:role/analysts'

describe.skipIf(!server)('a cluster with a security configuration', { timeout: 400_000 }, () => {
  const { json, aws, boto3, folder, s3, exec } = server ?? ({} as EmrServer)
  const { accessKeyId, secretAccessKey, endpoint, region } = s3
  const credentials = { accessKeyId, secretAccessKey }
  const logs = openStore('s3://logs', { endpoint, region, credentials })
  let keyId: string
  let cluster: string
  beforeAll(async () => {
    const made = await boto3(`
kms = boto3.client('kms', endpoint_url=os.environ['AWS_ENDPOINT_URL_S3'])
print(kms.create_key()['KeyMetadata']['Arn'])`)
    keyId = made.trim()
    const { cert, key } = selfSigned(['localhost'], new Date())
    writeFileSync(join(folder, 'privateKey.pem'), key)
    writeFileSync(join(folder, 'certificateChain.pem'), cert)
    await exec('python3', [
      '-m',
      'zipfile',
      '-c',
      'nodes.zip',
      'privateKey.pem',
      'certificateChain.pem',
    ])
    await boto3(`s3.upload_file('nodes.zip', 'logs', 'secure/nodes.zip')`)
    writeFileSync(
      join(folder, 'strict.json'),
      JSON.stringify({
        EncryptionConfiguration: {
          EnableInTransitEncryption: true,
          EnableAtRestEncryption: true,
          InTransitEncryptionConfiguration: {
            TLSCertificateConfiguration: {
              CertificateProviderType: 'PEM',
              S3Object: 's3://logs/secure/nodes.zip',
            },
          },
          AtRestEncryptionConfiguration: {
            S3EncryptionConfiguration: { EncryptionMode: 'SSE-KMS', AwsKmsKey: keyId },
            LocalDiskEncryptionConfiguration: {
              EncryptionKeyProviderType: 'AwsKms',
              AwsKmsKey: keyId,
            },
          },
        },
        AuthorizationConfiguration: { IAMConfiguration: { EnableApplicationScopedIAMRole: true } },
        InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: 2 },
      }),
    )
    await aws(
      `emr create-security-configuration --name strict --security-configuration file://strict.json`,
    )
    const groups = `--instance-groups InstanceGroupType=MASTER,InstanceCount=1,InstanceType=m5.xlarge InstanceGroupType=CORE,InstanceCount=1,InstanceType=m5.xlarge`
    const made2 = await json<{ ClusterId: string }>(
      `emr create-cluster --release-label emr-7.12.0 --use-default-roles --applications Name=Spark \
       --security-configuration strict --log-uri s3://logs/emr/ ${groups}`,
    )
    cluster = made2.ClusterId
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    if (jars) await rm(jars, { recursive: true, force: true })
  })

  /** Runs a step and gives its id and what it wrote; it must not fail. */
  async function step(
    args: readonly string[],
    role?: string,
  ): Promise<{ id: string; stdout: string }> {
    const steps = [
      {
        Name: 's',
        ActionOnFailure: 'CONTINUE',
        HadoopJarStep: { Jar: 'command-runner.jar', Args: args },
      },
    ]
    writeFileSync(
      join(folder, 'add.json'),
      JSON.stringify({
        JobFlowId: cluster,
        Steps: steps,
        ...(role !== undefined && { ExecutionRoleArn: role }),
      }),
    )
    const out = await boto3(`
import json, time
id = emr.add_job_flow_steps(**json.load(open('add.json')))['StepIds'][0]
while True:
    status = emr.describe_step(ClusterId='${cluster}', StepId=id)['Step']['Status']
    if status['State'] in ('COMPLETED', 'FAILED', 'CANCELLED'): break
    time.sleep(0.2)
print(json.dumps([id, status['State'], status.get('FailureDetails')]))`)
    const [id, state, failure] = JSON.parse(out) as [string, string, unknown]
    const log = async (name: string): Promise<string> =>
      gunzipSync(await logs.get(`emr/${cluster}/steps/${id}/${name}.gz`)).toString()
    if (state !== 'COMPLETED')
      throw new Error(`${JSON.stringify(failure)}: ${await log('stderr').catch(String)}`)
    return { id, stdout: await log('stdout') }
  }
  const encryptionOf = async (key: string): Promise<string> =>
    (
      await boto3(`
head = s3.head_object(Bucket='logs', Key='${key}')
print(head.get('ServerSideEncryption'), head.get('SSEKMSKeyId'))`)
    ).trim()

  test('steps are their role; metadata of version 1 is refused; what is kept here is sealed', async () => {
    const script = `
curl -s -o /dev/null -w '%{http_code} ' "$AWS_EC2_METADATA_SERVICE_ENDPOINT"latest/meta-data/instance-id
token=$(curl -s -X PUT -H 'x-aws-ec2-metadata-token-ttl-seconds: 60' "$AWS_EC2_METADATA_SERVICE_ENDPOINT"latest/api/token)
curl -s -H "x-aws-ec2-metadata-token: $token" "$AWS_EC2_METADATA_SERVICE_ENDPOINT"latest/meta-data/iam/security-credentials/`
    const own = await step(['bash', '-c', script])
    expect(own.stdout).toBe('401 EMR_EC2_DefaultRole')
    const analyst = await step(['bash', '-c', script], ANALYSTS)
    expect(analyst.stdout).toBe('401 analysts')
    const { id } = analyst
    expect(await encryptionOf(`emr/${cluster}/steps/${id}/stdout.gz`)).toBe(`aws:kms ${keyId}`)
    const place = join(folder, 'data', 'emr', 'steps', cluster, id, '1')
    await expect
      .poll(async () => (await readdir(place)).toSorted(), { timeout: 20_000 })
      .toEqual(['controller.sealed', 'stderr.sealed', 'stdout.sealed', 'syslog.sealed'])
    const kms = openKms({ endpoint, identity: async () => ({ region, credentials }) })
    const open = (label: string): Promise<string> =>
      text(opened(createReadStream(join(place, 'stdout.sealed')), kms, label))
    expect(await open(`${id}/stdout`)).toBe('401 analysts')
    await expect(open('s-other/stdout')).rejects.toThrow('not what was sealed')
  })

  test('a runtime role needs a cluster that has them', async () => {
    await expect(
      boto3(`
id = emr.run_job_flow(Name='plain', Instances={'InstanceCount': 1, 'MasterInstanceType': 'm5.xlarge', 'KeepJobFlowAliveWhenNoSteps': True})['JobFlowId']
emr.add_job_flow_steps(JobFlowId=id, ExecutionRoleArn='${ANALYSTS}', Steps=[{'Name': 's', 'HadoopJarStep': {'Jar': 'command-runner.jar', 'Args': ['true']}}])`),
    ).rejects.toThrow('ExecutionRoleArn needs a cluster with runtime roles')
  })

  test.skipIf(!jars)(
    'Spark reads and writes S3 as the role, encrypted, on nodes that speak TLS',
    async () => {
      await logs.put('in/a.txt', Buffer.from('one\ntwo\nthree\n'))
      writeFileSync(
        join(folder, 'job.py'),
        `
import os, sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
lines = spark.read.text("s3://logs/in/a.txt")
lines.repartition(2).write.text("s3://logs/out/spark")
seen = sc.parallelize([0], 1).map(lambda _: [n for n in sorted(os.environ) if n.startswith("AWS_")]).collect()[0]
conf = dict(sc.getConf().getAll())
print(lines.count(), "AWS_SECRET_ACCESS_KEY" in seen, "AWS_CONTAINER_CREDENTIALS_FULL_URI" in seen,
      conf["spark.ssl.rpc.enabled"], conf["spark.io.encryption.enabled"], sc.master.split(":")[0])
`,
      )
      await boto3(`s3.upload_file('job.py', 'logs', 'job.py')`)
      const { stdout } = await step(
        ['spark-submit', '--conf', 'spark.io.encryption.enabled=false', 's3://logs/job.py'],
        ANALYSTS,
      )
      expect(stdout.trim()).toBe('3 False True true true spark')
      const written: string[] = []
      for await (const { key } of logs.list('out/spark/')) written.push(key)
      const part = written.find((key) => key.includes('part-')) ?? ''
      expect(await encryptionOf(part)).toBe(`aws:kms ${keyId}`)
    },
  )
})

async function folderOf(files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'headrig-jars-'))
  for (const file of files) await symlink(file, join(folder, basename(file)))
  return folder
}
