import type { DatasetId } from '../data/datasets.js'
import type { Prepared } from '../data/prepare.js'
import type { Run } from './measure.js'

/** What a scenario may ask of the runner. */
export interface Bench {
  /** How often each side runs. */
  readonly runs: number
  readonly scale: number
  /** The folder of logs: generated, or given by `--data`. `part`: how much of the set, 1 is all. */
  data(id: DatasetId, part?: number): Promise<Prepared>
  /** A fresh path below the cache, deleted at the end. */
  temp(name: string): string
  /** Kept with the result. */
  note(text: string): void
}

/** One side of a comparison. */
export interface Side {
  readonly name: string
  /** Does the work once; what it returns is kept beside the figures. */
  once(): Promise<Run & { readonly facts?: Readonly<Record<string, unknown>> }>
}

/** A side after its runs. */
export interface Measured {
  readonly name: string
  readonly seconds: readonly number[]
  readonly medianSeconds: number
  readonly cpuSeconds: number
  readonly peakRssBytes: number
  readonly facts?: Readonly<Record<string, unknown>>
}

/** A figure that the project promises. */
export interface Bar {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly atLeast?: number
  readonly atMost?: number
}

export interface Outcome {
  readonly data: string
  readonly sides: readonly Measured[]
  readonly bars: readonly Bar[]
}

export interface Scenario {
  readonly title: string
  measure(bench: Bench): Promise<Outcome>
}
