import { buildCommand } from '@stricli/core'
import { parseCount } from '../../core/count.js'
import type { S3DistCpFlags } from '../actions/s3-dist-cp.js'
import type { Cli } from '../cli.js'
import { reportFlags } from '../flags/report-flags.js'
import { commonAliases, commonFlags, settingFlag } from '../flags/setting-flags.js'

const text = { kind: 'parsed', parse: String, optional: true } as const
const flag = { kind: 'boolean', optional: true, withNegated: false } as const

export const s3DistCp = buildCommand<S3DistCpFlags, [], Cli>({
  docs: {
    brief: 'Copy files between S3 and folders as S3DistCp does',
    customUsage: ['--src <uri> --dest <uri> [--group-by <pattern>]'],
    fullDescription: [
      'Copies all files below a place: as they are, packed, unpacked, or several in one. A copy appears whole;',
      'one of the same name is replaced. Patterns must match the whole URI of a file.',
      '',
      'Examples:',
      '  headrig s3-dist-cp --src s3://logs/in --dest ./in --src-pattern ".*[.]gz"',
      '  headrig s3-dist-cp --src s3://logs/in --dest s3://logs/days --group-by ".*(2024-\\d\\d-\\d\\d).*" --target-size 128',
    ].join('\n'),
  },
  parameters: {
    flags: {
      src: {
        kind: 'parsed',
        parse: String,
        brief: 'What to copy: a folder or a file',
        placeholder: 'uri',
      },
      dest: { kind: 'parsed', parse: String, brief: 'The folder to copy to', placeholder: 'uri' },
      srcPattern: { ...text, brief: 'Copy only what it matches', placeholder: 'pattern' },
      groupBy: {
        ...text,
        brief: 'Make one file of those for which its parentheses match the same, by that name',
        placeholder: 'pattern',
      },
      targetSize: {
        kind: 'parsed',
        parse: (value: string) => parseCount(value, 1, 2 ** 30),
        optional: true,
        brief: 'MiB after which a group goes on in another file',
        placeholder: 'MiB',
      },
      outputCodec: {
        kind: 'enum',
        values: ['keep', 'gzip', 'none'],
        optional: true,
        brief: 'What the copies are packed as; default: as they are',
      },
      deleteOnSuccess: { ...flag, brief: 'Delete what was copied, when all is copied' },
      numberFiles: { ...flag, brief: 'Put a number before the names of the copies' },
      startingIndex: {
        kind: 'parsed',
        parse: (value: string) => parseCount(value, 0, 2 ** 31),
        optional: true,
        brief: 'With --number-files: the first number; default 0',
        placeholder: 'n',
      },
      outputManifest: {
        ...text,
        brief: 'Write a list of what was copied, by this name',
        placeholder: 'name',
      },
      previousManifest: { ...text, brief: 'Leave out what this list names', placeholder: 'uri' },
      requirePreviousManifest: {
        kind: 'boolean',
        optional: true,
        brief: 'That list must be there; default: yes',
      },
      copyFromManifest: { ...flag, brief: 'Copy what that list names, and nothing else' },
      srcPrefixesFile: {
        ...text,
        brief: 'A text with a prefix a line: copy only what is below one of them',
        placeholder: 'uri',
      },
      s3ServerSideEncryption: { ...flag, brief: 'Let S3 encrypt the copies with its own key' },
      s3Endpoint: settingFlag('s3Endpoint'),
      s3Region: settingFlag('s3Region', true),
      s3Profile: settingFlag('s3Profile', true),
      temp: settingFlag('tempFolder', true),
      ...commonFlags,
      ...reportFlags,
    },
    aliases: commonAliases,
  },
  loader: async () => (await import('../actions/s3-dist-cp.js')).runS3DistCp,
})
