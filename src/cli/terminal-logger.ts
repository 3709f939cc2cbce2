import type { LogLevel } from '../core/config-settings.js'
import type { Logger } from '../core/logger.js'

/** Writes `level: message key=value …` lines; nothing below `level`. `write` gets whole lines. */
export function terminalLogger(level: LogLevel, write: (line: string) => void): Logger {
  const rank = { debug: 0, info: 1, warn: 2 } as const
  const at =
    (own: LogLevel, mark: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      if (rank[own] < rank[level]) return
      const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${plain(value)}`)
      write(`${mark}${message}${pairs.join('')}\n`)
    }
  return { debug: at('debug', 'debug: '), info: at('info', ''), warn: at('warn', 'warning: ') }
}

function plain(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return value
  if (value instanceof Error) return JSON.stringify(value.message)
  return typeof value === 'bigint' ? `${value}` : (JSON.stringify(value) ?? 'undefined')
}
