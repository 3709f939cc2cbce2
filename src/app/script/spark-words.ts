import { typeText } from '../../catalog/hive-type.js'
import { sparkName, sparkText } from '../../sql/spark/spark-text.js'
import type { Words } from './row-sql.js'

const SPARK_JSON = `map('ignoreNullFields', 'false', 'timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')`

/** Rows in Spark's SQL. */
export const SPARK_WORDS: Words = {
  name: sparkName,
  text: sparkText,
  string: 'STRING',
  cast: (value, type) => `CAST(${value} AS ${typeText(type)})`,
  parquet: (value, type) => `CAST(${value} AS ${typeText(type)})`,
  object: (fields) =>
    `to_json(named_struct(${fields.map(([n, v]) => `${sparkText(n)}, ${v}`).join(', ')}), ${SPARK_JSON})`,
  json: (value) => `to_json(${value}, ${SPARK_JSON})`,
  matches: (value, pattern) => `rlike(${value}, ${sparkText(pattern)})`,
  isFinite: (value) => `(NOT isnan(${value}) AND abs(${value}) < CAST('Infinity' AS DOUBLE))`,
  fail: (text) => `CAST(raise_error(${sparkText(text)}) AS STRING)`,
}
