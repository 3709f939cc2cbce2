/** What `native/src/addon.rs` exports; texts are JSON, see pool/messages.rs there. */
export interface NativeAddon {
  version(): string
  /** It never takes more memory than this, but 64 KiB. */
  readonly Copies: new (mostBytes: number) => NativeCopies
  readonly FrontThread: new (setup: string, listener: (told: string) => void) => NativeThread
}

/** The records of a batch, for all threads that read it. */
export interface NativeCopies {
  readonly complete: boolean
  /** Forgets all, and is as large as so many stored bytes may need from now on. */
  begin(storedBytes: number): void
}

/** A reading thread. It does not keep the process alive. */
export interface NativeThread {
  begin(start: string, copies?: NativeCopies | null): void
  /** The bytes stay as they are until the tasks' outcomes are told. */
  read(tasks: string, bytes: readonly Uint8Array[]): void
  flush(): void
  close(): Promise<void>
}
