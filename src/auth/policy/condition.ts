import { OPERATORS, type OperatorName } from './operators.js'
import { fill, type Context, type Template } from './template.js'

/** One key of one operator of a statement's Condition. */
export interface Condition {
  readonly operator: OperatorName | 'Null'
  readonly quantifier?: 'ForAllValues' | 'ForAnyValue'
  readonly ifExists: boolean
  /** Lower case. */
  readonly key: string
  readonly values: readonly Template[]
}

/**
 * Whether a condition holds for a request. A variable without a value equals nothing; where that
 * would make a negated condition hold, it does so only to deny.
 */
export function holds(condition: Condition, context: Context, isAllow: boolean): boolean {
  const { key, quantifier, operator, values, ifExists } = condition
  const given = context.get(key)
  if (operator === 'Null') return values.some((value) => isText(value, String(given === undefined)))
  const { isNegated, test } = OPERATORS[operator]
  if (given === undefined) {
    if (quantifier !== undefined) return quantifier === 'ForAllValues'
    return ifExists || isNegated
  }
  if (isNegated && isAllow && values.some((value) => fill(value, context) === undefined))
    return false
  const matches = (one: string): boolean => values.some((value) => test(one, value, context))
  if (quantifier === 'ForAllValues') return given.every((one) => matches(one) !== isNegated)
  if (quantifier === 'ForAnyValue') return given.some((one) => matches(one) !== isNegated)
  return given.some(matches) !== isNegated
}

function isText(template: Template, text: string): boolean {
  const [part] = template
  return (
    part !== undefined &&
    'fixed' in part &&
    String.fromCharCode(...part.fixed).toLowerCase() === text
  )
}
