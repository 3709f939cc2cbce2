/** Where AWS puts an object of CloudTrail: `time` (milliseconds) is when it is delivered. */
export function cloudTrailKey(
  account: string,
  region: string,
  day: number,
  time: number,
  unique: string,
): string {
  return `AWSLogs/${account}/CloudTrail/${region}/${dayPath(day)}/${account}_CloudTrail_${region}_${minute(time)}_${unique}.json.gz`
}

/** Where AWS puts an object of VPC Flow Logs: `time` (milliseconds) is the start of its window. */
export function flowLogKey(account: string, region: string, time: number, unique: string): string {
  return `AWSLogs/${account}/vpcflowlogs/${region}/${dayPath(time)}/${account}_vpcflowlogs_${region}_fl-0a1b2c3d4e5f60718_${minute(time)}_${unique}.log.gz`
}

const dayPath = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '/')
const minute = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}Z`
