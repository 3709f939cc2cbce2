import { randomInt } from 'node:crypto'

/** A file of records. Its name never changes, so that what is delivered again has the same key. */
export interface SegmentName {
  /** Counts up; the order of the records. */
  readonly sequence: number
  /** When it was begun, milliseconds since 1970. */
  readonly begun: number
  /** 16 letters and digits. */
  readonly unique: string
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const NAME = /^(\d{12})-(\d{13})-([A-Za-z0-9]{16})\.log$/

export function newSegment(sequence: number, begun: number): SegmentName {
  const unique = Array.from({ length: 16 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  return { sequence, begun, unique }
}

/** `000000000007-1795286879000-a…z.log` */
export function segmentFile({ sequence, begun, unique }: SegmentName): string {
  return `${String(sequence).padStart(12, '0')}-${begun}-${unique}.log`
}

/** Undefined for what is no segment. */
export function parseSegmentFile(file: string): SegmentName | undefined {
  const [, sequence, begun, unique] = NAME.exec(file) ?? []
  if (sequence === undefined || begun === undefined || unique === undefined) return undefined
  return { sequence: Number(sequence), begun: Number(begun), unique }
}
