import { detectBy } from '../formats/detect-by.js'
import type { LogFormat, Probe, Verdict } from '../formats/format.js'

/** Bytes of an object that detection looks at, behind compression. */
export const HEAD_BYTES = 16_384

export type Detection =
  | { readonly kind: 'format'; readonly format: LogFormat; readonly reason: string }
  | { readonly kind: 'skip'; readonly format: LogFormat; readonly reason: string }
  /** Nothing fitted: why, format by format. */
  | { readonly kind: 'none'; readonly reason: string }

/** Sure enough that no other format need be asked. */
const SURE = 0.9

/**
 * Finds the log type of an object. `likely` is asked first: neighbours mostly are of one type.
 * @returns the best verdict above zero; ties go to the format that comes first in the list
 */
export function detectFormat(
  formats: readonly LogFormat[],
  probe: Probe,
  likely?: LogFormat,
): Detection {
  if (likely) {
    const verdict = detectBy(likely, probe)
    if (verdict.score >= SURE) return found(likely, verdict)
  }
  let best: { format: LogFormat; verdict: Verdict } | undefined
  const reasons: string[] = []
  for (const format of formats) {
    const verdict = detectBy(format, probe)
    reasons.push(`${format.id}: ${verdict.reason}`)
    if (verdict.score > (best?.verdict.score ?? 0)) best = { format, verdict }
  }
  if (best) return found(best.format, best.verdict)
  return { kind: 'none', reason: `no log type fits: ${reasons.join('; ')}` }
}

function found(format: LogFormat, verdict: Verdict): Detection {
  return { kind: verdict.skip ? 'skip' : 'format', format, reason: verdict.reason }
}
