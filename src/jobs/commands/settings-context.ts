import { fileURLToPath } from 'node:url'
import { SETTINGS, type SettingName, type Settings } from '../../core/config-settings.js'
import { S3_SCHEMES, s3aSettings } from '../../storage/s3/s3a-settings.js'
import type { CommandContext } from './command.js'

/** What a step of ours is told of the server's settings: the lake, how S3 is reached, how much it may take. */
const TOLD = [
  'lake',
  'memory',
  'threads',
  's3Endpoint',
  's3Region',
  's3PathStyle',
  's3RequesterPays',
  'sparkHome',
  'sparkJars',
  'sparkNode',
  'sparkApp',
] as const satisfies readonly SettingName[]

const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url))

/**
 * What steps get of a server's settings: variables, Hadoop's names for S3, and our own command line. No credential.
 * @example commandLauncher({ open, ...settingsContext(settings) })
 */
export function settingsContext(
  settings: Settings,
): Required<Pick<CommandContext, 'headrig' | 'settings' | 'hadoopConf'>> {
  return {
    headrig: [process.execPath, MAIN],
    settings: Object.fromEntries(TOLD.flatMap((name) => variableOf(name, settings))),
    hadoopConf: hadoopConf(settings),
  }
}

function variableOf<K extends SettingName>(name: K, settings: Settings): [string, string][] {
  const { env, show } = SETTINGS[name] as {
    readonly env: readonly string[]
    readonly show: (value: Settings[K]) => string
  }
  const [value, [variable]] = [show(settings[name]), env]
  return value === '' || variable === undefined ? [] : [[variable, value]]
}

/** How Hadoop's connector reaches S3, also by the schemes that EMR's jobs are written with. */
function hadoopConf({ s3Endpoint, s3Region, s3PathStyle }: Settings): Record<string, string> {
  const place = { endpoint: s3Endpoint, region: s3Region, pathStyle: s3PathStyle }
  return { ...S3_SCHEMES, ...s3aSettings(place) }
}
