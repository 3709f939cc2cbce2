import type { Rule } from './emit.js'
import { JSON_FUNCTIONS } from './functions-json.js'
import { LIST_FUNCTIONS } from './functions-list.js'
import { NUMBER_FUNCTIONS } from './functions-number.js'
import { TEXT_FUNCTIONS } from './functions-text.js'
import { TIME_FUNCTIONS } from './functions-time.js'

/** What Spark makes of DuckDB's functions and operators; one that is not here is refused. */
export const FUNCTIONS: Readonly<Record<string, Rule>> = {
  ...NUMBER_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...JSON_FUNCTIONS,
}
