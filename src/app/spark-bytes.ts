/**
 * From how many stored bytes on `auto` takes Spark, by what is to be done. Below, one machine is done before
 * a cluster has started its tasks, or has so little to do that nobody waits. Measured: docs/scale.md.
 */
export const SPARK_BYTES = {
  /** Of a lake's files: DuckDB needs half a minute or more, and a cluster 16 times the cores to be first. */
  query: 32 * 2 ** 30,
  /** Of logs in one batch: both engines read them with the same program, at some 30 s for each GiB. */
  collect: 256 * 2 ** 20,
  /** Of a table to be merged, which copies most of it. */
  compact: 8 * 2 ** 30,
} as const

/** What a byte of raw logs weighs against one of a lake's file: it is parsed each time. */
export const RAW_WEIGHT = 16
