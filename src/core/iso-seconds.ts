/** `2026-11-21T18:47:59Z`: a time as CloudTrail and other services of AWS write it, without a fraction. */
export function isoSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}
