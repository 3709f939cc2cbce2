import type { Command } from './command.js'

/** What `--enable-debugging` adds. It sends nothing anywhere: headrig keeps the states of steps itself. */
export const statePusher: Command = async () => ({
  kind: 'work',
  run: async (say) => say('nothing to do: headrig keeps the states of steps itself'),
})
