import type { FailureRow } from './row.js'

const first =
  (before: string, after = '') =>
  ([, name]: readonly string[]): string =>
    `${before}${name}${after}`

/** What Hadoop says of its jobs' failures, the most telling first. */
export const HADOOP_FAILURES: readonly FailureRow[] = [
  {
    pattern: /Output directory (\S+) already exists/,
    reason: 'Output directory already exists.',
    message: first(
      'org.apache.hadoop.mapred.FileAlreadyExistsException: Output directory ',
      ' already exists',
    ),
  },
  {
    pattern: /Input path does not exist: (\S+)/,
    reason: 'Input path does not exist.',
    message: first('org.apache.hadoop.mapred.InvalidInputException: Input path does not exist: '),
  },
  {
    pattern: /Input Pattern (\S+) matches 0 files/,
    reason: 'Input path does not exist.',
    message: first(
      'org.apache.hadoop.mapred.InvalidInputException: Input Pattern ',
      ' matches 0 files',
    ),
  },
  {
    pattern: /Not a file: (\S+)/,
    reason: 'Input path is a folder.',
    message: first(
      '',
      ' is a folder below the input: give -D mapreduce.input.fileinputformat.input.dir.recursive=true, or the folder itself',
    ),
  },
  {
    pattern: /FileNotFoundException: (File \S+ does not exist)/,
    reason: 'File does not exist.',
    message: first('java.io.FileNotFoundException: '),
  },
  {
    pattern: /env: ['‘]?([^'’\n:]+)['’]?: No such file or directory/,
    reason: 'Program cannot be run.',
    message: ([, name = '']) =>
      `${name} is not installed here${/^python(?:2|$)/.test(name) ? ': make the program run with Python 3 and begin it by #!/usr/bin/env python3, or install it' : ': install it, or name what runs the program in its first line'}`,
  },
  {
    pattern: /Cannot run program "([^"\n]+)": error=(\d+), ([^\n]+)/,
    reason: 'Program cannot be run.',
    message: ([, path = '', code, text]) =>
      `${path.slice(path.lastIndexOf('/') + 1)}: ${text}: ${code === '8' ? 'begin the program by #! and the path of what runs it' : 'there is no such program here, or none that its first line (#!) names, such as python2: bring the program by -files, and see that what runs it is installed'}`,
  },
  {
    pattern: /subprocess failed with code (\d+)/,
    reason: 'Mapper, combiner or reducer failed.',
    message: ([, code], said) => `exit code ${code}${said === '' ? '' : `: ${said}`}`,
  },
  {
    pattern: /"aggregator" is null/,
    reason: 'Unknown aggregate type.',
    message: () =>
      'a key for -reducer aggregate begins with no known type: print LongValueSum:<key>, a tab and the value',
  },
  {
    pattern: /NumberFormatException: ([^\n]+)/,
    reason: 'Not a number.',
    message: first('java.lang.NumberFormatException: '),
  },
  {
    pattern: /Unrecognized option: (\S+)/,
    reason: 'Invalid arguments.',
    message: first(
      'unrecognized option ',
      ': -D, -files, -archives and -libjars come before all others',
    ),
  },
  {
    pattern: /^((?:Required argument|-\w+ : class not found)[^\n]*?)\s*$/m,
    reason: 'Invalid arguments.',
    message: first(''),
  },
  {
    pattern: /NoSuchBucketException|The specified bucket does not exist/,
    reason: 'Bucket does not exist.',
    message: () => 'NoSuchBucket: the specified bucket does not exist',
  },
  {
    pattern: /AccessDeniedException: (s3[an]?:\/\/[^\s:]+)|\(Service: S3, Status Code: 403/,
    reason: 'Access denied.',
    message: ([, uri]) =>
      `AccessDenied: the step's role may not do that${uri === undefined ? '' : ` with ${uri}`}`,
  },
  {
    pattern: /java\.lang\.OutOfMemoryError: ([^\n]+)/,
    reason: 'Out of memory.',
    message: first('java.lang.OutOfMemoryError: '),
  },
  {
    pattern: /StreamJob \(main\): Error Launching job : ([^\n]+)/i,
    reason: 'Job could not be started.',
    message: first(''),
  },
]
