const PIG = 'there is no Pig here: write the script as SQL'
const IMPALA = 'there is no Impala here: write the script as SQL for spark-sql'

/** Programs of EMR's that headrig does not run, and what to do instead. */
export const REFUSED: Readonly<Record<string, string>> = {
  'pig-script': PIG,
  pig: PIG,
  'impala-script': IMPALA,
  'impala-shell': IMPALA,
  'hadoop-lzo': 'there is no LZO here: pack the logs with gzip',
}
