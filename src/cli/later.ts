import { HeadrigError } from '../core/errors.js'

/** Parts of the command line that are agreed on and not built yet. */
const LATER: Readonly<Record<string, string>> = {
  detect: 'detections on the lake',
  rules: 'detection rules',
  findings: 'findings and their export',
  'formats check': 'log types of your own',
}

/** Throws `invalid` for a command that a later version will have. */
export function refuseLater(argv: readonly string[]): void {
  const words = argv.filter((a) => !a.startsWith('-'))
  const found = Object.entries(LATER).find(
    ([command]) => words[0] === command || `${words[0]} ${words[1]}` === command,
  )
  if (found) throw notYet(`headrig ${found[0]} (${found[1]})`)
}

/** The error for something that the contract names and this version lacks. */
export function notYet(what: string): HeadrigError {
  return new HeadrigError(
    'invalid',
    `not yet: ${what} comes with a later version, see docs/gaps.md`,
  )
}
