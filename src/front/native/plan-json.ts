import { messageOf } from '../../core/errors.js'
import { fieldNames } from '../../formats/detect-by.js'
import type { DetectionRule, Framing, LogFormat } from '../../formats/format.js'
import { physicalOf } from '../parquet/footer.js'
import { columnTrees, PHYSICAL, type Leaf } from '../parquet/leaves.js'
import { MAX_TOKENS } from '../plan-memory.js'
import { planOf } from '../plan.js'

/** A log type as `native/src/plan.rs` reads it. */
export type NativePlan = ReturnType<typeof planFor>

/** Whether the native front reads a log type. */
export type Served =
  | { readonly plan: NativePlan; readonly why?: undefined }
  | { readonly plan?: undefined; readonly why: string }

/** The plan of a log type, or why the native front cannot read it. */
export function nativePlan(format: LogFormat): Served {
  try {
    return { plan: planFor(format) }
  } catch (error) {
    return { why: messageOf(error) }
  }
}

function planFor(format: LogFormat) {
  const plan = planOf(format)
  const { detection, keyLayout } = format
  return {
    id: format.id,
    framing: framingOf(format.framing),
    slotCount: plan.slots.length,
    root: plan.root,
    unmappedSlot: plan.unmappedSlot,
    idSlot: plan.idSlot,
    columns: columnTrees(format, plan).map(({ optional, leaves }) => ({
      optional,
      leaves: leaves.map(leafOf),
    })),
    detection: {
      rules: detection.rules.map((rule) => ruleOf(rule, format)),
      otherwise: detection.otherwise,
    },
    keyName: keyLayout ? expression(keyLayout.name) : null,
  }
}

function framingOf(framing: Framing) {
  if (framing.kind === 'json') return { kind: framing.kind }
  const { order, absent } = framing
  if (!/^[\x21-\x7e]$/.test(absent))
    throw new Error(`${JSON.stringify(absent)} for no value is not one character of ASCII`)
  if (order.length > MAX_TOKENS) throw new Error(`more than ${MAX_TOKENS} fields in a line`)
  return { kind: framing.kind, order, absent: absent.charCodeAt(0) }
}

const PHYSICAL_NAMES: Readonly<Record<number, string>> = {
  [PHYSICAL.boolean]: 'boolean',
  [PHYSICAL.int32]: 'int32',
  [PHYSICAL.int64]: 'int64',
  [PHYSICAL.text]: 'text',
}

function leafOf({ path, type, maxDef, maxRep, presence, hot, source }: Leaf) {
  const physical = PHYSICAL_NAMES[physicalOf(type)]
  if (physical === undefined) throw new Error(`${path.join('.')} is a ${type}`)
  return { physical, maxDef, maxRep, presence, hot, source }
}

function ruleOf({ key, head, line, header, ...rest }: DetectionRule, format: LogFormat) {
  return {
    ...rest,
    ...(key ? { key: expression(key) } : {}),
    ...(head ? { head: head.map(expression) } : {}),
    ...(line ? { line: expression(line) } : {}),
    ...(header ? { header: { ...header, names: fieldNames(format) } } : {}),
  }
}

/** What Rust's expressions lack, or read otherwise. */
const ELSEWISE = /\\[1-9bBDkpPsSuwWx]|\(\?[=!]|\(\?<[=!]/

function expression({ source, flags }: RegExp): string {
  if (flags !== '' || ELSEWISE.test(source))
    throw new Error(`/${source}/${flags} is not an expression that both fronts read alike`)
  return source
}
