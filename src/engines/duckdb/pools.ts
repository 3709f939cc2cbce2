import type { NativeAddon } from '../../front/native/addon.js'
import { nativeThreads } from '../../front/native/native-threads.js'
import { FrontPool } from '../../front/pool.js'
import type { FrontLimits, FrontThreads } from '../../front/port.js'
import { workerThreads } from '../../front/worker-threads.js'

export type FrontKind = 'native' | 'portable'

/** The reading threads: of one front at a time, as each takes the memory that there is. */
export class Pools {
  readonly #threads: Readonly<Record<FrontKind, FrontThreads<unknown>>>
  #open: { readonly kind: FrontKind; readonly count: number; readonly pool: FrontPool } | undefined

  constructor(limits: FrontLimits, addon: NativeAddon | undefined) {
    const portable = workerThreads(limits)
    this.#threads = { portable, native: addon ? nativeThreads(addon, limits) : portable }
  }

  /** Threads of this front; those of the other are ended before. */
  async open(kind: FrontKind, count: number): Promise<FrontPool> {
    if (this.#open?.kind === kind && this.#open.count === count) return this.#open.pool
    await this.close()
    const pool = new FrontPool(this.#threads[kind], count)
    this.#open = { kind, count, pool }
    return pool
  }

  async close(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await open?.pool.close()
  }
}
