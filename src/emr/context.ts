import type { Markers } from '../wire/paging.js'

/** What EMR's operations work with. */
export interface EmrContext {
  readonly markers: Markers
}
