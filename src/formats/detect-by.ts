import type { Detection, DetectionRule, LogFormat, Probe, Verdict } from './format.js'

/** Characters that a header line is looked for in. */
const HEADER_REACH = 4096
const LEAST_TOKENS = 3

/** Asks a log type whether an object is of it. */
export function detectBy(
  format: Pick<LogFormat, 'columns'> & { readonly detection: Detection },
  probe: Probe,
): Verdict {
  for (const rule of format.detection.rules) {
    const known = rule.header ? namesInHeader(format, rule.header, probe.head) : 0
    if (known === undefined || !fits(rule, probe)) continue
    const { score, reason, skip } = rule
    return { score, reason: reason.replace('{known}', String(known)), ...(skip ? { skip } : {}) }
  }
  return { score: 0, reason: format.detection.otherwise }
}

/** Names that a header line may have. */
export function fieldNames({ columns }: Pick<LogFormat, 'columns'>): readonly string[] {
  return Object.values(columns).map((c) => c.from)
}

function fits({ key, head, line }: DetectionRule, probe: Probe): boolean {
  if (key && !key.test(probe.key)) return false
  if (head && !head.every((sign) => sign.test(probe.head))) return false
  return !line || probe.head.split(/\r?\n/).some((l) => line.test(l))
}

/** How many names of fields the first line has; undefined: it is no header. */
function namesInHeader(
  format: Pick<LogFormat, 'columns'>,
  { least, share }: { readonly least: number; readonly share: number },
  head: string,
): number | undefined {
  const first = head.slice(0, HEADER_REACH).split(/\r?\n/, 1)[0] ?? ''
  const tokens = first.trim().split(/\s+/)
  const names = new Set(fieldNames(format))
  const known = tokens.filter((t) => names.has(t)).length
  return tokens.length >= LEAST_TOKENS && known >= least && known >= tokens.length * share
    ? known
    : undefined
}
