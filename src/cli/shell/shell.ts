import { createInterface, type Interface } from 'node:readline/promises'
import { isAbort } from '../render-error.js'
import type { System } from '../system.js'
import { META_HELP, parseMeta } from './meta-command.js'
import { isBlank, splitStatements } from '../../app/script/split-statements.js'
import type { History } from './history.js'
import type { Dialect } from '../flags/dialects.js'
import type { OutputFormat } from '../flags/output-flags.js'

/** How answers are asked for and shown; changed by `\format` and the like. */
export interface ShellState {
  format: OutputFormat
  dialect: Dialect
  timing: boolean
  expanded: boolean
}

/** What the shell does to the world; the lake is behind it. */
export interface ShellEffects {
  answer(sql: string, state: ShellState, signal: AbortSignal): Promise<void>
  tables(state: ShellState): Promise<void>
  describe(table: string, state: ShellState): Promise<void>
  complete(line: string): Promise<[string[], string]>
  readonly history: History
  /** Text for the person, not data. */
  say(text: string): void
  showError(error: unknown): void
}

const PROMPT = 'headrig> '
const MORE = '    ...> '

/**
 * Reads statements and answers them until the input ends. On a terminal an error is shown and the next line
 * read; otherwise the first error is thrown. Ctrl-C ends the running query, or clears the line.
 */
export async function shell(
  system: System,
  effects: ShellEffects,
  state: ShellState,
): Promise<void> {
  const interactive = system.stdin.isTTY === true && system.stderr.isTTY === true
  let pending = ''
  let running: AbortController | undefined
  const lines = openLines(system, effects, interactive)
  const prompt = (): void => {
    if (!interactive) return
    lines.setPrompt(pending === '' ? PROMPT : MORE)
    lines.prompt()
  }
  lines.on('SIGINT', () => {
    if (running) return running.abort()
    pending = ''
    effects.say('^C\n')
    lines.write(null, { ctrl: true, name: 'u' })
    prompt()
  })

  const guarded = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    running = new AbortController()
    try {
      await work(running.signal)
    } catch (error) {
      if (!interactive && !isAbort(error)) throw error
      effects.showError(error)
    } finally {
      running = undefined
    }
  }
  const runStatements = async (statements: readonly string[]): Promise<void> => {
    for (const sql of statements) {
      if (isBlank(sql)) continue
      await guarded(async (signal) => {
        const started = performance.now()
        await effects.answer(sql.trim(), state, signal)
        if (state.timing) effects.say(`${Math.round(performance.now() - started)} ms\n`)
      })
    }
  }

  prompt()
  try {
    for await (const line of lines) {
      if (interactive && line.trim() !== '') await effects.history.add(line)
      if (pending === '' && line.trimStart().startsWith('\\')) {
        let go = true
        await guarded(async () => {
          go = await obey(line, effects, state)
        })
        if (!go) return
      } else {
        const { complete, rest } = splitStatements(`${pending}${line}\n`)
        pending = isBlank(rest) ? '' : rest
        await runStatements(complete)
      }
      prompt()
    }
    if (interactive) effects.say('\n')
    else await runStatements([pending])
  } finally {
    lines.close()
  }
}

function openLines(system: System, effects: ShellEffects, interactive: boolean): Interface {
  const { stdin, stderr } = system
  if (!interactive) return createInterface({ input: stdin, crlfDelay: Infinity })
  return createInterface({
    input: stdin,
    output: stderr,
    terminal: true,
    history: [...effects.history.lines],
    removeHistoryDuplicates: true,
    completer: (line) => effects.complete(line).catch((): [string[], string] => [[], line]),
  })
}

/** Does what a backslash line says; false when that is to leave. */
async function obey(line: string, effects: ShellEffects, state: ShellState): Promise<boolean> {
  const command = parseMeta(line)
  switch (command.kind) {
    case 'quit':
      return false
    case 'help':
      effects.say(META_HELP)
      break
    case 'tables':
      await effects.tables(state)
      break
    case 'describe':
      await effects.describe(command.table, state)
      break
    case 'timing':
      state.timing = command.on ?? !state.timing
      break
    case 'expanded':
      state.expanded = command.on ?? !state.expanded
      break
    case 'format':
      state.format = command.format
      break
    case 'dialect':
      state.dialect = command.dialect
      break
  }
  return true
}
