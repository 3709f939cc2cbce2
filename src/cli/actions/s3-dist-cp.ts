import { distCp } from '../../app/dist-cp.js'
import type { CopyCodec } from '../../app/dist-cp.js'
import { grouped } from '../../core/grouped.js'
import { formatSize } from '../../core/size.js'
import type { Cli } from '../cli.js'
import { effectsFor } from '../effects.js'
import type { ReportFlags } from '../flags/report-flags.js'
import type { CommonFlags } from '../flags/setting-flags.js'
import { report } from '../report.js'
import { configFor } from '../with-lake.js'

export interface S3DistCpFlags extends CommonFlags, ReportFlags {
  readonly src: string
  readonly dest: string
  readonly srcPattern?: string
  readonly groupBy?: string
  readonly targetSize?: number
  readonly outputCodec?: CopyCodec
  readonly deleteOnSuccess?: boolean
  readonly numberFiles?: boolean
  readonly startingIndex?: number
  readonly outputManifest?: string
  readonly previousManifest?: string
  readonly requirePreviousManifest?: boolean
  readonly copyFromManifest?: boolean
  readonly srcPrefixesFile?: string
  readonly s3ServerSideEncryption?: boolean
  readonly s3Endpoint?: string
  readonly s3Region?: string
  readonly s3Profile?: string
  readonly temp?: string
}

const MIB = 2 ** 20

export async function runS3DistCp(this: Cli, flags: S3DistCpFlags): Promise<void> {
  const { settings } = await configFor(this, flags)
  const { targetSize, outputCodec, numberFiles, startingIndex = 0, ...others } = flags
  const summary = await distCp(
    {
      ...others,
      cwd: this.system.cwd,
      ...(targetSize !== undefined && { targetBytes: targetSize * MIB }),
      ...(outputCodec && { codec: outputCodec }),
      ...(numberFiles && { numberFrom: startingIndex }),
      ...(flags.s3ServerSideEncryption && { encrypt: true }),
    },
    { ...effectsFor(this, settings), settings },
  )
  const { files, bytes, outputs, deleted } = summary
  const lines = [
    `copied ${grouped(files)} files (${formatSize(bytes)}) to ${grouped(outputs)} files in ${flags.dest}`,
    ...(flags.deleteOnSuccess ? [`deleted ${grouped(deleted)} files of ${flags.src}`] : []),
  ]
  await report(this, flags, summary, lines)
}
