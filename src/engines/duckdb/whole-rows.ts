import type { DuckDBResult, DuckDBValue } from '@duckdb/node-api'
import { HeadrigError } from '../../core/errors.js'
import { ResultReturnType } from './node-api.js'

/**
 * The rows of a streamed result, all of them or an error: the client library ends a stream that failed
 * as if it were complete. Throws `unavailable` then; the cause is not to be had.
 */
export async function* wholeRows(result: DuckDBResult): AsyncGenerator<DuckDBValue[][]> {
  for await (const rows of result.yieldRows()) yield rows
  if (brokeOff(result)) {
    throw new HeadrigError('unavailable', 'reading broke off before the last row: try again')
  }
}

/** Whether a stream that gives no more rows ended with an error. */
export function brokeOff(result: DuckDBResult): boolean {
  return result.returnType === ResultReturnType.INVALID
}
