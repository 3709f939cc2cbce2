const HOME = '/user/hadoop/'
const PATHS = new Set(['-input', '-output'])

/**
 * The arguments of Hadoop Streaming with the scheme that paths have on EMR: input and output without one are in
 * HDFS, relative ones in `/user/hadoop`.
 * @example withScheme(['-input', '/logs,out']) // ['-input', 'hdfs:///logs,hdfs:///user/hadoop/out']
 */
export function withScheme(args: readonly string[]): readonly string[] {
  return args.map((arg, at) =>
    PATHS.has(args[at - 1] ?? '') ? splitPaths(arg).map(inHdfs).join(',') : arg,
  )
}

function inHdfs(path: string): string {
  if (path === '' || /^[a-z][a-z0-9+.-]*:/i.test(path)) return path
  return `hdfs://${path.startsWith('/') ? '' : HOME}${path}`
}

/** Splits at commas, but not at those of `{a,b}`. */
function splitPaths(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const sign of text) {
    if (sign === '{') depth += 1
    if (sign === '}') depth -= 1
    if (sign === ',' && depth === 0) parts.push('')
    else parts.push((parts.pop() ?? '') + sign)
  }
  return parts
}
