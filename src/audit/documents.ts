import type { Collection } from '../state/collection.js'
import type { State } from '../state/state.js'

/** What is known of an archived segment. */
export interface SegmentDocument {
  readonly sequence: number
  /** Of the file in the history and in the trail. */
  readonly key: string
  /** Event times, milliseconds since 1970. */
  readonly from: number
  readonly to: number
  readonly records: number
  /** A Bloom filter of `attribute NUL value`. */
  readonly attributes: string
}

/** A file that no digest lists yet. Its parent says whether it is `waiting` to be delivered or `delivered`. */
export interface DeliveryDocument {
  readonly id: string
  readonly key: string
  /** Where it was delivered. */
  readonly bucket?: string
  readonly object?: string
  /** Of the JSON text, in hex. */
  readonly sha256: string
  readonly oldest: string
  readonly newest: string
}

/** The last digest: all that the next one, or a second try, needs. */
export interface DigestDocument {
  /** Milliseconds since 1970: where the next one begins. */
  readonly end: number
  /** Undefined before the first digest. */
  readonly file?: {
    readonly key: string
    /** Where it was delivered, which may not be where the next one goes. */
    readonly bucket: string
    readonly object: string
    readonly text: string
    readonly signature: string
    readonly sha256: string
    readonly delivered: boolean
  }
}

export interface AuditDocuments {
  readonly segments: Collection<SegmentDocument>
  readonly deliveries: Collection<DeliveryDocument>
  readonly digests: Collection<DigestDocument>
}

export function auditDocuments(state: State): AuditDocuments {
  return {
    segments: state.collection('audit.segment'),
    deliveries: state.collection('audit.delivery'),
    digests: state.collection('audit.digest'),
  }
}

export const LAST_DIGEST = 'last'
export const HOUR_MS = 3_600_000

/** Segments are filed by the hour that they were begun in. */
export function hourOf(time: number): string {
  return new Date(time).toISOString().slice(0, 13)
}

export function segmentId(sequence: number): string {
  return String(sequence).padStart(12, '0')
}
