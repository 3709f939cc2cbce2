import { buildCommand, buildRouteMap } from '@stricli/core'
import { SETTINGS, type Setting, type SettingName } from '../../core/config-settings.js'
import type { Cli } from '../cli.js'
import { commonAliases, lakeFlags, type LakeFlags } from '../flags/setting-flags.js'
import { configFor } from '../with-lake.js'
import { write } from '../write.js'

interface Flags extends LakeFlags {
  readonly format: 'table' | 'json'
}

const show = buildCommand({
  docs: {
    brief: 'Show every setting and where its value came from',
    fullDescription: [
      'Shows every setting, its value and where it came from.',
      'A flag wins over the environment, that over headrig.yaml, that over the default. Paths in headrig.yaml',
      'start from its folder. Example of a headrig.yaml:',
      '  lake: s3://my-bucket/lake',
      '  memory: 4GiB',
      '  s3:',
      '    region: eu-central-1',
      '',
      'Example:\n  headrig config show',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...lakeFlags,
      format: {
        kind: 'enum',
        values: ['table', 'json'],
        default: 'table',
        brief: 'How to write it',
      },
    },
    aliases: commonAliases,
  },
  async func(this: Cli, flags: Flags) {
    const { settings, origins } = await configFor(this, flags)
    const rows = (Object.keys(SETTINGS) as SettingName[]).map((name) => {
      const setting = SETTINGS[name] as Setting<unknown>
      return {
        setting: setting.key,
        value: setting.show(settings[name]),
        from: origins[name],
        meaning: setting.doc,
      }
    })
    const { stdout } = this.system
    if (flags.format === 'json') return write(stdout, `${JSON.stringify(rows, null, 2)}\n`)
    const width = (key: 'setting' | 'value' | 'from'): number =>
      Math.max(...rows.map((row) => row[key].length))
    const [a, b, c] = [width('setting'), width('value'), width('from')]
    await write(
      stdout,
      rows
        .map(
          (r) =>
            `${r.setting.padEnd(a)}  ${r.value.padEnd(b)}  ${r.from.padEnd(c)}  ${r.meaning}\n`,
        )
        .join(''),
    )
  },
})

export const config = buildRouteMap<'show', Cli>({
  routes: { show },
  docs: { brief: 'Show settings' },
})
