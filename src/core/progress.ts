/** Where long work reports how far it is. Totals may grow while work is discovered. */
export interface Progress {
  update(state: ProgressState): void
  /** Erases the bar; later output starts on a clean line. */
  done(): void
}

export interface ProgressState {
  readonly phase: string
  readonly objects?: { readonly done: number; readonly total: number }
  readonly bytes?: { readonly done: number; readonly total: number }
  readonly rows?: number
}

/** Shows nothing. */
export const silentProgress: Progress = { update() {}, done() {} }
