import { HeadrigError } from '../core/errors.js'
import type { Action } from './actions.js'

/** The actions of a commit, or of a JSON checkpoint. Throws `invalid`, naming the line, for a damaged one. */
export function parseLines(bytes: Uint8Array, where: string): readonly Action[] {
  const actions: Action[] = []
  const lines = new TextDecoder().decode(bytes).split('\n')
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    let action: unknown
    try {
      action = JSON.parse(line)
    } catch (cause) {
      throw damaged(where, index, cause)
    }
    if (typeof action !== 'object' || action === null) throw damaged(where, index)
    actions.push(action)
  }
  return actions
}

/** A commit as it is stored: one action a line. */
export function formatLines(actions: readonly Action[]): Uint8Array {
  return new TextEncoder().encode(actions.map((a) => `${JSON.stringify(a)}\n`).join(''))
}

function damaged(where: string, index: number, cause?: unknown): HeadrigError {
  return new HeadrigError('invalid', `${where}:${index + 1}: no JSON object: the log is damaged`, {
    cause,
  })
}
