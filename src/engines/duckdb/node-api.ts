import { createRequire } from 'node:module'
import type * as NodeApi from '@duckdb/node-api'

/**
 * The client library's classes, loaded as the CommonJS that they are: imported as an ES module, its 190
 * files are each searched for names first, which adds 70 ms to the start of every command.
 */
export const {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUnionValue,
  ResultReturnType,
} = createRequire(import.meta.url)('@duckdb/node-api') as typeof NodeApi
