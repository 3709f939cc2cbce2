import { HeadrigError } from '../../core/errors.js'

/** What the copies are packed as: `keep` leaves the bytes as they are. */
export type CopyCodec = 'keep' | 'gzip' | 'none'

/** As S3DistCp has them; patterns must match the whole URI of a file. */
export interface DistCpOptions {
  /** A folder or a single file: `s3://bucket/prefix`, `file:///path` or a path. */
  readonly src: string
  readonly dest: string
  readonly srcPattern?: string
  /** Files for which what its parentheses match is the same become one file of that name. */
  readonly groupBy?: string
  /** Bytes after which a group goes on in another file. */
  readonly targetBytes?: number
  readonly codec?: CopyCodec
  /** Deletes what was copied, in the end. */
  readonly deleteOnSuccess?: boolean
  /** The first of the numbers that stand before the names of the copies. */
  readonly numberFrom?: number
  /** Name of a list of all that was copied, in `dest`. */
  readonly outputManifest?: string
  /** Where such a list is: its files are left out, or with `copyFromManifest` they alone are copied. */
  readonly previousManifest?: string
  /** False: that list need not be there. */
  readonly requirePreviousManifest?: boolean
  readonly copyFromManifest?: boolean
  /** Where a text is with a prefix a line: only what is below one of them is copied. */
  readonly srcPrefixesFile?: string
  /** S3 encrypts the copies with its own key. */
  readonly encrypt?: boolean
}

export interface CopyPatterns {
  readonly source: RegExp | undefined
  readonly group: RegExp | undefined
}

/** @throws HeadrigError `invalid` for options that do not go together, and for what is no pattern */
export function copyPatterns(options: DistCpOptions): CopyPatterns {
  const { groupBy, srcPattern, targetBytes, copyFromManifest, previousManifest } = options
  if (copyFromManifest && previousManifest === undefined)
    throw new HeadrigError('invalid', 'copyFromManifest has no manifest: give previousManifest')
  if (targetBytes !== undefined && groupBy === undefined)
    throw new HeadrigError('invalid', 'targetSize divides the files that groupBy makes: give both')
  const group = groupBy === undefined ? undefined : whole('groupBy', groupBy)
  if (groupBy !== undefined && (new RegExp(`${groupBy}|`).exec('')?.length ?? 1) < 2)
    throw new HeadrigError(
      'invalid',
      `groupBy ${groupBy} has no parentheses: they say what is one file`,
    )
  return { source: srcPattern === undefined ? undefined : whole('srcPattern', srcPattern), group }
}

function whole(name: string, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u')
  } catch {
    try {
      return new RegExp(`^(?:${pattern})$`)
    } catch (error) {
      throw new HeadrigError('invalid', `${name} is no regular expression: ${String(error)}`, {
        cause: error,
      })
    }
  }
}
