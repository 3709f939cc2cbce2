import { HeadrigError } from '../../core/errors.js'
import type { Command } from './command.js'
import { ownCommand } from './headrig.js'
import { splitOptions, type OptionTable } from './options.js'

const NOT_HERE = 'headrig s3-dist-cp has no such option, see docs/steps.md'

/** The options of `headrig s3-dist-cp` that S3DistCp's are; nothing: it has no effect; else why it is refused. */
const OPTIONS: OptionTable = {
  values: {
    src: '--src',
    dest: '--dest',
    srcPattern: '--src-pattern',
    groupBy: '--group-by',
    targetSize: '--target-size',
    outputCodec: '--output-codec',
    startingIndex: '--starting-index',
    outputManifest: '--output-manifest',
    previousManifest: '--previous-manifest',
    srcPrefixesFile: '--src-prefixes-file',
    s3Endpoint: '--s3-endpoint',
    storageClass: 'the bucket decides on the class, leave storageClass out',
    multipartUploadChunkSize: '',
  },
  flags: {
    deleteOnSuccess: '--delete-on-success',
    numberFiles: '--number-files',
    copyFromManifest: '--copy-from-manifest',
    requirePreviousManifest: '--require-previous-manifest',
    s3ServerSideEncryption: '--s3-server-side-encryption',
    appendToLastFile: NOT_HERE,
    disableMultipartUpload: '',
  },
}
const CODECS: Readonly<Record<string, string>> = {
  gz: 'gzip',
  gzip: 'gzip',
  none: 'none',
  keep: 'keep',
}
/** Endpoints of AWS itself: the region says where they are. */
const OF_AWS = /^(?:https?:\/\/)?s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?\/?$/

/** `s3-dist-cp --src … --dest …`: our own `headrig s3-dist-cp`, as the step's process. */
export const s3DistCp: Command = async (call) => {
  const { options, rest } = splitOptions(call.args, OPTIONS, 's3-dist-cp')
  if (rest.length > 0)
    throw new HeadrigError(
      'invalid',
      `s3-dist-cp: what is ${JSON.stringify(rest[0])}? Give options only`,
    )
  const args = options.flatMap(([name, value]): string[] => {
    const isFlag = Object.hasOwn(OPTIONS.flags, name)
    const own = (isFlag ? OPTIONS.flags[name] : OPTIONS.values[name]) ?? ''
    if (own === '') return []
    if (name === 'storageClass' && value === 'STANDARD') return []
    if (!own.startsWith('--')) throw new HeadrigError('invalid', `s3-dist-cp --${name}: ${own}`)
    if (isFlag) return flagOf(name, own, value)
    if (name === 's3Endpoint') return OF_AWS.test(value) ? [] : [own, endpointOf(value)]
    if (name === 'outputCodec') return [own, codecOf(value)]
    // One word, so that a value may begin with a dash.
    return [`${own}=${value}`]
  })
  return ownCommand(['s3-dist-cp', ...args], call)
}

function flagOf(name: string, own: string, value: string): string[] {
  if (value === '' || value === 'true') return [own]
  if (value !== 'false')
    throw new HeadrigError('invalid', `s3-dist-cp --${name}=${value}: write true or false`)
  return name === 'requirePreviousManifest' ? [own.replace('--', '--no-')] : []
}

function codecOf(value: string): string {
  const codec = CODECS[value.toLowerCase()]
  if (codec === undefined)
    throw new HeadrigError(
      'invalid',
      `s3-dist-cp --outputCodec ${value}: gzip, none and keep are known`,
    )
  return codec
}

function endpointOf(value: string): string {
  return /^https?:\/\//.test(value) ? value : `https://${value}`
}
