import { formatDuration } from '../core/duration.js'
import { grouped } from '../core/grouped.js'
import type { Progress, ProgressState } from '../core/progress.js'
import { formatSize } from '../core/size.js'

const REDRAW_MS = 100
const ERASE = '\r\u001B[K'

export interface BarOptions {
  readonly write: (text: string) => void
  /** The terminal's width now. */
  readonly columns: () => number
  /** Milliseconds, from any origin. */
  readonly now?: () => number
}

/** A bar on one line, redrawn at most ten times a second. `erase` lets other output pass. */
export function progressBar(options: BarOptions): Progress & { erase(): void } {
  const now = options.now ?? ((): number => performance.now())
  let phase = ''
  let start = 0
  let drawn = -Infinity
  let visible = false
  const erase = (): void => {
    if (visible) options.write(ERASE)
    visible = false
  }
  return {
    update(state) {
      const at = now()
      if (state.phase !== phase) [phase, start, drawn] = [state.phase, at, -Infinity]
      if (at - drawn < REDRAW_MS) return
      drawn = at
      const line = renderBar(state, at - start, options.columns() - 1)
      options.write(ERASE + line)
      visible = true
    },
    erase,
    done() {
      erase()
      phase = ''
    },
  }
}

/**
 * One line of at most `width` characters: phase, bar, share, counts, rows a second, time left.
 * @example renderBar({ phase: 'collect', objects: { done: 1, total: 4 } }, 1000, 60)
 */
export function renderBar(state: ProgressState, elapsedMs: number, width: number): string {
  const { objects, bytes, rows } = state
  const counting = !bytes && objects?.done === objects?.total
  const amount = counting ? undefined : bytes && bytes.total > 0 ? bytes : objects
  const share = amount && amount.total > 0 ? Math.min(1, amount.done / amount.total) : undefined
  const facts: string[] = []
  if (objects) {
    facts.push(`${counting ? '' : `${grouped(objects.done)}/`}${grouped(objects.total)} objects`)
  }
  if (bytes) facts.push(`${formatSize(bytes.done)}/${formatSize(bytes.total)}`)
  if (rows !== undefined && elapsedMs > 0) {
    facts.push(`${grouped(Math.round((rows * 1000) / elapsedMs))} rows/s`)
  }
  if (share !== undefined && share > 0 && share < 1 && elapsedMs >= 1000) {
    facts.push(`${formatDuration(Math.max(1000, (elapsedMs * (1 - share)) / share))} left`)
  }
  const percent = share === undefined ? '' : ` ${String(Math.floor(share * 100)).padStart(3)}%`
  const tail = `${percent}${facts.length > 0 ? `  ${facts.join('  ')}` : ''}`
  const room = Math.min(24, width - state.phase.length - tail.length - 3)
  const filled = Math.round((share ?? 0) * room)
  const bar =
    share === undefined || room < 4 ? '' : ` [${'#'.repeat(filled)}${'.'.repeat(room - filled)}]`
  return `${state.phase}${bar}${tail}`.slice(0, Math.max(0, width))
}
