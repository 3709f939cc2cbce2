import { buildCommand } from '@stricli/core'
import { version } from '../../core/version.js'
import type { Cli } from '../cli.js'
import { write } from '../write.js'

export const versionCommand = buildCommand({
  docs: { brief: 'Print the version of headrig', fullDescription: 'Example:\n  headrig version' },
  parameters: {},
  async func(this: Cli) {
    await write(this.system.stdout, `${version()}\n`)
  },
})
