import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { storeOptions } from '../../app/context.js'
import { parsePublicKeys, PUBLIC_KEYS_FILE } from '../../audit/digest-keys.js'
import { verifyTrail } from '../../audit/verify/verify-trail.js'
import { HeadrigError, isErrno } from '../../core/errors.js'
import { grouped } from '../../core/grouped.js'
import type { Cli } from '../cli.js'
import type { ReportFlags } from '../flags/report-flags.js'
import type { LakeFlags } from '../flags/setting-flags.js'
import { report } from '../report.js'
import { configFor } from '../with-lake.js'

export interface VerifyCloudtrailFlags extends LakeFlags, ReportFlags {
  readonly publicKeys?: string
  readonly from?: Date
}

export async function runVerifyCloudtrail(
  this: Cli,
  flags: VerifyCloudtrailFlags,
  uri: string,
): Promise<void> {
  const { settings } = await configFor(this, flags)
  const path = flags.publicKeys ?? join(settings.dataFolder, 'audit', PUBLIC_KEYS_FILE)
  const keys = parsePublicKeys(await textOf(path), path)
  const summary = await verifyTrail(
    uri,
    { keys, from: flags.from?.getTime() },
    storeOptions(settings),
  )
  const { digests, logs, unlisted, from, until, begins, findings } = summary
  await report(this, flags, summary, [
    `${grouped(digests)} digests and ${grouped(logs)} log files were looked at`,
    ...(until === undefined ? [] : [`signed: ${from} to ${until}`]),
    ...begins.map((time) => `a chain of digests begins at ${time}`),
    ...(unlisted === 0 ? [] : [`${grouped(unlisted)} later log files are in no digest yet`]),
    ...findings.map(({ file, reason }) => `${file}: ${reason}`),
  ])
  if (findings.length === 0) return
  throw new HeadrigError(
    'conflict',
    `${grouped(findings.length)} files are not as they were delivered, see above`,
  )
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    throw new HeadrigError(
      'not-found',
      `no public keys at ${path}: write them with "aws cloudtrail list-public-keys --start-time … > keys.json" and give --public-keys keys.json`,
      { cause: error },
    )
  }
}
