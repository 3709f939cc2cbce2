import type { FailureRow } from './row.js'

/** The last line of a log that is an error of Java's or Python's, as it ends a driver: sought from the end, once. */
const ended = (names: string, text = ''): RegExp =>
  new RegExp(
    `(?<![\\s\\S])[\\s\\S]*^(?:Exception in thread "[^"\\n]{1,200}" |py4j[^\\n]*?: )?((?:[\\w.]{0,200}\\.)?(?:${names}): [^\\n]*${text}[^\\n]*)`,
    'm',
  )
const whole = ([, line = '']: readonly string[]): string => line

/** What ends a Spark program, the most telling first: the log of the driver also has errors that it got over. */
export const SPARK_FAILURES: readonly FailureRow[] = [
  {
    onStdout: true,
    pattern: ended('AnalysisException', '(?:PATH_ALREADY_EXISTS|already exists)'),
    reason: 'Output directory already exists.',
    message: whole,
  },
  {
    onStdout: true,
    pattern: ended('AnalysisException', '(?:PATH_NOT_FOUND|Path does not exist)'),
    reason: 'Input path does not exist.',
    message: whole,
  },
  {
    onStdout: true,
    pattern: ended('ParseException'),
    reason: 'Query cannot be read.',
    message: whole,
  },
  {
    onStdout: true,
    pattern: ended('AnalysisException'),
    reason: 'Query cannot be analysed.',
    message: whole,
  },
  {
    onStdout: true,
    pattern: ended('ModuleNotFoundError'),
    reason: 'Module not found.',
    message: whole,
  },
  {
    pattern: /(?:^|\n)Error: Failed to load class ([\w.$]+)/,
    reason: 'Class not found.',
    message: ([, name]) => `${name} is not in the jar: see --class`,
  },
  {
    onStdout: true,
    pattern:
      /(?<![\s\S])[\s\S]*SparkException: (Job aborted due to stage failure: [^\n]{0,300}?)(?:: ((?:[\w.]+(?:Exception|Error)): [^\n]*))?\n/,
    reason: 'Stage failed.',
    message: ([, stage = '', cause]) => (cause === undefined ? stage : `${cause} (${stage})`),
  },
  {
    onStdout: true,
    pattern:
      /(?<![\s\S])[\s\S]*^Traceback \(most recent call last\):\n(?:[ \t][^\n]*\n)+([\w.]{1,200}(?:: [^\n]*)?)/m,
    reason: 'Unknown Error.',
    message: whole,
  },
]
