/** What the key of a digest or of a log says. */
export interface TrailFile {
  readonly key: string
  /** `AWSLogs/…`: the key without what is before. */
  readonly path: string
  readonly account: string
  readonly region: string
  /** Milliseconds since 1970. */
  readonly time: number
}

export interface DigestFile extends TrailFile {
  /** The digests of one account, region and trail are one chain. */
  readonly chain: string
}

const ROOT = String.raw`(?<before>.*\/)?(?<path>AWSLogs\/(?:o-[a-z0-9]+\/)?(?<account>\d{12})`
const DAY = String.raw`\/\d{4}\/\d\d\/\d\d\/`
const DIGEST = new RegExp(
  String.raw`^${ROOT}\/CloudTrail-Digest\/(?<region>[a-z0-9-]+)${DAY}\d{12}_CloudTrail-Digest_(?<name>.+)_(?<stamp>\d{8}T\d{6}Z)(?:_backfill)?\.json\.gz)$`,
)
const LOG = new RegExp(
  String.raw`^${ROOT}\/CloudTrail\/(?<region>[a-z0-9-]+)${DAY}\d{12}_CloudTrail_[a-z0-9-]+_(?<stamp>\d{8}T\d{4}Z)_[^/]+\.json\.gz)$`,
)

/** Undefined when the key is not that of a digest. */
export function digestFile(key: string): DigestFile | undefined {
  const found = DIGEST.exec(key)?.groups
  if (!found) return undefined
  const { before = '', account = '', region = '', name = '' } = found
  const kind = key.endsWith('_backfill.json.gz') ? ' backfill' : ''
  return { ...file(key, found), chain: `${before}${account} ${region} ${name}${kind}` }
}

/** Undefined when the key is not that of a log. */
export function logFile(key: string): TrailFile | undefined {
  const found = LOG.exec(key)?.groups
  return found && file(key, found)
}

function file(key: string, found: Readonly<Record<string, string>>): TrailFile {
  const { path = key, account = '', region = '', stamp = '' } = found
  const iso = stamp.replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?Z$/,
    (_all, y, m, d, h, min, s) => `${y}-${m}-${d}T${h}:${min}:${s ?? '00'}Z`,
  )
  return { key, path, account, region, time: Date.parse(iso) }
}
