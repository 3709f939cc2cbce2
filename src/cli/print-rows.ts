import type { Cli } from './cli.js'

export async function printRows(_cli: Cli): Promise<void> {}
