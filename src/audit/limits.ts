import type { Json, JsonObject } from '../wire/service.js'

const KIB = 1024

/** A part that is too big for a record, in CloudTrail's own words; smaller ones as they are. */
export function orOmitted(name: string, value: JsonObject | null, most: number): JsonObject | null {
  if (value === null) return null
  const originalSize = Buffer.byteLength(JSON.stringify(value))
  return originalSize <= most ? value : { omitted: true, originalSize, reason: `${name} too large` }
}

/** The first `most` bytes of a text, never half of a character. */
export function cut(text: string, most = KIB): string {
  // A character takes at most three bytes per UTF-16 unit.
  if (text.length * 3 <= most || Buffer.byteLength(text) <= most) return text
  const bytes = Buffer.from(text.slice(0, most))
  let end = most
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

/**
 * How CloudTrail bounds a record of 256 KiB, in bytes. Parts that are bigger are left out as a
 * whole, texts are cut.
 */
export const MOST = {
  requestParameters: 100 * KIB,
  responseElements: 100 * KIB,
  additionalEventData: 28 * KIB,
  resources: 8 * KIB,
  text: KIB,
} as const

/** Drops list entries from the end until the list is small enough. */
export function firstThatFit<T extends Json>(items: readonly T[], most: number): T[] {
  let size = 2
  const fit: T[] = []
  for (const item of items) {
    size += Buffer.byteLength(JSON.stringify(item)) + 1
    if (size > most) break
    fit.push(item)
  }
  return fit
}
