/** Where a table's log is, below the table's folder. */
export const LOG_FOLDER = '_delta_log/'

const DIGITS = 20

/** A version as file names spell it: 20 digits. */
export function versionText(version: number): string {
  return String(version).padStart(DIGITS, '0')
}

export function commitName(version: number): string {
  return `${versionText(version)}.json`
}

export function checkpointName(version: number): string {
  return `${versionText(version)}.checkpoint.parquet`
}

/** What a file in the log is, by its name. */
export type LogFile =
  | { readonly kind: 'commit'; readonly version: number }
  | {
      readonly kind: 'checkpoint'
      readonly version: number
      /** Files of one checkpoint share it. */
      readonly group: string
      readonly parts: number
      readonly json: boolean
    }

const COMMIT = /^(\d{20})\.json$/
const CLASSIC = /^(\d{20})\.checkpoint\.parquet$/
const PART = /^(\d{20})\.checkpoint\.\d{10}\.(\d{10})\.parquet$/
const V2 = /^(\d{20})\.checkpoint\.([0-9a-f-]{36})\.(json|parquet)$/i

/** Undefined for what a reader may pass over: checksums, log compactions, temporary files. */
export function parseLogName(name: string): LogFile | undefined {
  const commit = COMMIT.exec(name)
  if (commit) return { kind: 'commit', version: Number(commit[1]) }
  const classic = CLASSIC.exec(name)
  if (classic) return checkpoint(classic[1], 'classic', 1, false)
  const part = PART.exec(name)
  if (part) return checkpoint(part[1], `parts-${part[2]}`, Number(part[2]), false)
  const v2 = V2.exec(name)
  if (v2) return checkpoint(v2[1], `v2-${v2[2]}`, 1, v2[3]?.toLowerCase() === 'json')
  return undefined
}

function checkpoint(
  version: string | undefined,
  group: string,
  parts: number,
  json: boolean,
): LogFile {
  return { kind: 'checkpoint', version: Number(version), group, parts, json }
}
