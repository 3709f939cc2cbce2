import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { cpus, loadavg, totalmem } from 'node:os'

/** Where figures were measured: they mean nothing without. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly os: string
  readonly node: string
  readonly duckdb: string
  /** The load before the first run; above half a core the figures are noisy. */
  readonly loadBefore: number
  readonly commit: string
}

export function machine(): Machine {
  const require = createRequire(import.meta.url)
  const duckdb = require('@duckdb/node-api/package.json') as { version: string }
  const [first] = cpus()
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    os: `${process.platform} ${process.arch}`,
    node: process.version,
    duckdb: duckdb.version,
    loadBefore: Number(loadavg()[0]?.toFixed(2)),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  }
}
