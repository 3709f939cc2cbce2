import { buildCommand, buildRouteMap } from '@stricli/core'
import type { Cli } from '../cli.js'

const SHELLS = {
  bash: 'headrig completion bash > ~/.local/share/bash-completion/completions/headrig',
  zsh: 'headrig completion zsh > "${fpath[1]}/_headrig"',
  fish: 'headrig completion fish > ~/.config/fish/completions/headrig.fish',
} as const

const script = (shell: keyof typeof SHELLS) =>
  buildCommand<Record<never, never>, [], Cli>({
    docs: {
      brief: `Print the completion script for ${shell}`,
      fullDescription: `Prints the completion script for ${shell}.\n\nExample:\n  ${SHELLS[shell]}`,
    },
    parameters: {},
    loader: async () => {
      const { printScript } = await import('../actions/completion.js')
      return function (this: Cli) {
        return printScript(this, shell)
      }
    },
  })

const propose = buildCommand<Record<never, never>, string[], Cli>({
  docs: { brief: 'Print what may follow the given words' },
  parameters: {
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: 'The words so far', placeholder: 'word' },
    },
  },
  loader: async () => (await import('../actions/completion.js')).propose,
})

export const completion = buildRouteMap<'bash' | 'zsh' | 'fish' | 'propose', Cli>({
  routes: { bash: script('bash'), zsh: script('zsh'), fish: script('fish'), propose },
  docs: {
    brief: 'Print a completion script for bash, zsh or fish',
    hideRoute: { propose: true },
  },
})
