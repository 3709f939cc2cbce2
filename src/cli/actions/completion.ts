import type { Cli } from '../cli.js'
import { write } from '../write.js'

/** Each script hands the words typed so far to `headrig completion propose`. */
const SCRIPTS = {
  bash: `_headrig() {
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  mapfile -t COMPREPLY < <(headrig completion propose -- "\${words[@]}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 0 ]] && mapfile -t COMPREPLY < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -F _headrig headrig
`,
  zsh: `#compdef headrig
_headrig() {
  local -a found
  found=("\${(@f)$(headrig completion propose -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -a found; else _files; fi
}
if [[ "\${funcstack[1]}" = _headrig ]]; then _headrig "$@"; else compdef _headrig headrig; fi
`,
  fish: `function __headrig_complete
  set -l words (commandline -opc)[2..-1] (commandline -ct)
  headrig completion propose -- $words 2>/dev/null
end
complete -c headrig -a '(__headrig_complete)'
`,
} as const

export async function printScript(cli: Cli, shell: keyof typeof SCRIPTS): Promise<void> {
  await write(cli.system.stdout, SCRIPTS[shell])
}

export async function propose(
  this: Cli,
  _flags: Record<never, never>,
  ...words: string[]
): Promise<void> {
  const found = await this.propose(words)
  await write(this.system.stdout, found.map((word) => `${word}\n`).join(''))
}
