/** Programs of EMR's that headrig does not run, and what to do instead. */
export const REFUSED: Readonly<Record<string, string>> = {
  'pig-script': 'there is no Pig here: write the script as SQL',
  pig: 'there is no Pig here: write the script as SQL',
  'hadoop-lzo': 'there is no LZO here: pack the logs with gzip',
  'hive-script': 'not yet: give the script to headrig sql',
  hive: 'not yet: give the script to headrig sql',
  'spark-submit': 'not yet: give the program to headrig submit',
  'spark-sql': 'not yet: give the script to headrig sql --engine spark',
  'spark-example': 'not yet: give the program to headrig submit',
  's3-dist-cp': 'not yet',
  headrig: 'not yet: call it beside the server',
}
