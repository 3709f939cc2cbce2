import { createHash } from 'node:crypto'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { random } from './collect-random.js'

const ACCOUNTS = ['111122223333', '444455556666'] as const
const REGIONS = ['us-east-1', 'eu-central-1'] as const
const START = Date.UTC(2024, 0, 15, 22)

/** A file to collect, by its place below the source folder. */
export interface LogObject {
  readonly key: string
  readonly bytes: Uint8Array
}

/** What a set of objects must give. */
export interface LogSet {
  readonly objects: readonly LogObject[]
  /** Ids of all CloudTrail records, each once. */
  readonly ids: ReadonlySet<string>
  /** CloudTrail records with their copies. */
  readonly records: number
  /** Flow records; no two are equal. */
  readonly flows: number
}

/** A CloudTrail record; equal numbers give equal records. */
export function trailRecord(number: number, more: Readonly<Record<string, unknown>> = {}) {
  const account = ACCOUNTS[number % 2]
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      principalId: `AIDAEXAMPLE${number % 7}`,
      arn: `arn:aws:iam::${account}:user/user-${number % 7}`,
      accountId: account,
      userName: `user-${number % 7}`,
    },
    eventTime: new Date(START + number * 7_000).toISOString().replace('.000', ''),
    eventSource: 'ec2.amazonaws.com',
    eventName: number % 3 === 0 ? 'RunInstances' : 'DescribeInstances',
    awsRegion: REGIONS[number % 2],
    sourceIPAddress: `198.51.100.${number % 250}`,
    userAgent: 'aws-cli/2.17.9',
    requestParameters: { instancesSet: { items: [{ instanceId: `i-${number}` }] }, dryRun: false },
    responseElements: null,
    requestID: `request-${number}`,
    eventID: eventId(number),
    readOnly: number % 3 !== 0,
    resources: [{ ARN: `arn:aws:ec2:::instance/i-${number}`, accountId: account }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    ...(number % 5 === 0 ? { somethingNew: { number } } : {}),
    ...more,
  }
}

export function eventId(number: number): string {
  const hash = createHash('sha256').update(String(number)).digest('hex')
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}

/** `{"Records":[…]}` as CloudTrail delivers it. */
export function trailBytes(records: readonly unknown[], indent?: number): Uint8Array {
  return gzipSync(JSON.stringify({ Records: records }, null, indent))
}

/** The key of a delivery, as AWS names it. */
export function trailKey(
  at: Date,
  name: string,
  {
    account = ACCOUNTS[0],
    region = REGIONS[0],
  }: {
    readonly account?: string
    readonly region?: string
  } = {},
): string {
  const [day = '', time = ''] = at.toISOString().split('T')
  const stamp = `${day.replaceAll('-', '')}T${time.slice(0, 5).replace(':', '')}Z`
  return `AWSLogs/${account}/CloudTrail/${region}/${day.replaceAll('-', '/')}/${account}_CloudTrail_${region}_${stamp}_${name}.json.gz`
}

/** A flow record in the default order. */
export function flowLine(number: number): string {
  const start = Math.floor(START / 1000) + number
  return `2 ${ACCOUNTS[number % 2]} eni-0a1b2c3d4e5f${number % 9} 10.0.${number % 250}.5 203.0.113.${number % 99} ${1024 + number} ${number % 4 === 0 ? 443 : 22} 6 ${number % 50} ${number} ${start} ${start + 60} ${number % 6 === 0 ? 'REJECT' : 'ACCEPT'} OK`
}

const FLOW_HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'

/**
 * Objects of both log types, more than a quarter of whose CloudTrail records are copies, over midnight,
 * among garbage of several kinds.
 */
export function mixedLogs(seed: number, trails = 34, flowLogs = 16): LogSet {
  const dice = random(seed)
  const objects: LogObject[] = []
  const ids = new Set<string>()
  let records = 0
  let next = 0
  for (let i = 0; i < trails; i++) {
    const list = Array.from({ length: dice.between(3, 30) }, () =>
      next > 20 && dice.next() < 0.27 ? dice.between(0, next - 1) : next++,
    )
    records += list.length
    for (const n of list) ids.add(eventId(n))
    const at = new Date(START + (list.at(-1) ?? 0) * 7_000 + 300_000)
    const where = { account: ACCOUNTS[i % 2] ?? '', region: REGIONS[i % 2] ?? '' }
    objects.push({
      key: trailKey(at, `Object${i}`, where),
      bytes: trailBytes(list.map((n) => trailRecord(n))),
    })
  }
  let flows = 0
  for (let i = 0; i < flowLogs; i++) {
    const lines = Array.from({ length: dice.between(5, 80) }, () => flowLine(flows++))
    const stamp = new Date(START + i * 600_000)
      .toISOString()
      .replace(/[-:]|\.\d+/g, '')
      .slice(0, 13)
    objects.push({
      key: `AWSLogs/${ACCOUNTS[0]}/vpcflowlogs/us-east-1/2024/01/15/${ACCOUNTS[0]}_vpcflowlogs_us-east-1_fl-0123456789abcdef0_${stamp}Z_${i}.log.gz`,
      bytes: gzipSync(`${[FLOW_HEADER, ...lines].join('\n')}\n`),
    })
  }
  return { objects: [...objects, ...garbage()], ids, records, flows }
}

/** Objects of which no record can be read, each for another reason. */
function garbage(): LogObject[] {
  const whole = trailBytes([trailRecord(0)])
  return [
    { key: 'garbage/empty.json', bytes: new Uint8Array(0) },
    { key: 'garbage/diary.txt', bytes: Buffer.from('dear diary\n') },
    { key: 'garbage/cut.json.gz', bytes: whole.subarray(0, 40) },
    { key: 'garbage/noise.bin', bytes: createHash('sha512').update('noise').digest() },
    {
      key: 'garbage/half.ndjson',
      bytes: Buffer.from(`{"eventVersion":"1.08","eventName":"x"}\n{`),
    },
    {
      key: `AWSLogs/${ACCOUNTS[0]}/CloudTrail-Digest/us-east-1/2024/01/15/${ACCOUNTS[0]}_CloudTrail-Digest_us-east-1_t_us-east-1_20240115T080000Z.json.gz`,
      bytes: gzipSync('{"awsAccountId":"111122223333","digestStartTime":"2024-01-15T07:00:00Z"}'),
    },
  ]
}

/** Writes objects below a folder. All get the same modification time, so that runs plan alike. */
export async function writeLogs(folder: string, objects: readonly LogObject[]): Promise<void> {
  const at = new Date(START)
  for (const { key, bytes } of objects) {
    const path = join(folder, key)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
    await utimes(path, at, at)
  }
}
