import { dirname, resolve } from 'node:path'
import { readConfigFile } from './config-file.js'
import {
  SETTINGS,
  type Environment,
  type Setting,
  type SettingName,
  type Settings,
} from './config-settings.js'
import { HeadrigError, isKind } from './errors.js'

/** What was given on the command line, by setting; a flag that was not given is undefined. */
export type FlagValues = { readonly [K in SettingName]?: string | undefined }

export interface ConfigSources {
  readonly flags: FlagValues
  readonly env: Environment
  readonly cwd: string
  /** The settings file; default: `HEADRIG_CONFIG`, else `headrig.yaml` in `cwd`, which may be missing. */
  readonly file?: string | undefined
}

export interface Config {
  readonly settings: Settings
  /** Where each value came from: `--lake`, `HEADRIG_LAKE`, `headrig.yaml:1:7` or `default`. */
  readonly origins: Readonly<Record<SettingName, string>>
}

/** The environment of this process: the only place where it is read. */
export function environment(): Environment {
  return process.env
}

/**
 * Settles every setting: flag, else environment, else file, else default. An empty variable counts as unset.
 * Throws `invalid` that names the flag, the variable or the file's line and column.
 */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const { flags, env, cwd } = sources
  const asked = sources.file ?? (env['HEADRIG_CONFIG'] || undefined)
  const path = resolve(cwd, asked ?? 'headrig.yaml')
  const keys = Object.values(SETTINGS).map((s) => s.key)
  const file = await readConfigFile(path, keys)
  if (!file && asked !== undefined) {
    throw new HeadrigError('not-found', `no settings file at ${path}`)
  }
  const settings: Partial<Record<SettingName, unknown>> = {}
  const origins: Partial<Record<SettingName, string>> = {}
  for (const [name, setting] of Object.entries(SETTINGS) as [SettingName, Setting<unknown>][]) {
    const flag = flags[name]
    const variable = setting.env.find((v) => env[v])
    const line = file?.get(setting.key)
    const [origin, text, base] =
      flag !== undefined
        ? [`--${setting.flag}`, flag, cwd]
        : variable !== undefined
          ? [variable, env[variable] ?? '', cwd]
          : line
            ? [line.where, line.text, dirname(path)]
            : ['default', undefined, cwd]
    origins[name] = origin
    settings[name] =
      text === undefined ? setting.initial(env, cwd) : parsed(setting, text, base, origin)
  }
  return { settings: settings as Settings, origins: origins as Record<SettingName, string> }
}

function parsed(setting: Setting<unknown>, text: string, base: string, origin: string): unknown {
  try {
    return setting.parse(text, base)
  } catch (error) {
    if (!isKind(error, 'invalid')) throw error
    const key = origin.includes(':') ? `${setting.key}: ` : ''
    throw new HeadrigError('invalid', `${origin}: ${key}${error.message}`, { cause: error })
  }
}
