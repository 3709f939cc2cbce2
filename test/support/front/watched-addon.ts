import type { NativeAddon, NativeThread } from '../../../src/front/native/addon.js'

/** An addon that tells what its threads could not do themselves: tests would not see it, the portable front does it. */
export interface Watched {
  readonly addon: NativeAddon
  /** Objects that were handed on, by their number in the batch. */
  readonly handed: ReadonlySet<number>
  /** What broke threads. */
  readonly broken: readonly string[]
  forget(): void
}

interface Told {
  readonly kind: string
  readonly message?: string
  readonly outcomes?: readonly { readonly index: number; readonly state: string }[]
}

export function watched(addon: NativeAddon): Watched {
  const handed = new Set<number>()
  const broken: string[] = []
  const note = (text: string): void => {
    const { kind, message, outcomes = [] } = JSON.parse(text) as Told
    if (kind === 'broken') broken.push(message ?? '')
    for (const { index, state } of outcomes) if (state === 'portable') handed.add(index)
  }
  class WatchedThread implements NativeThread {
    readonly #thread: NativeThread
    constructor(setup: string, listener: (told: string) => void) {
      this.#thread = new addon.FrontThread(setup, (told) => {
        note(told)
        listener(told)
      })
    }
    begin(...args: Parameters<NativeThread['begin']>): void {
      this.#thread.begin(...args)
    }
    read(...args: Parameters<NativeThread['read']>): void {
      this.#thread.read(...args)
    }
    flush(): void {
      this.#thread.flush()
    }
    close(): Promise<void> {
      return this.#thread.close()
    }
  }
  return {
    addon: {
      version: () => addon.version(),
      Copies: addon.Copies,
      FrontThread: WatchedThread,
    },
    handed,
    broken,
    forget() {
      handed.clear()
      broken.length = 0
    },
  }
}
