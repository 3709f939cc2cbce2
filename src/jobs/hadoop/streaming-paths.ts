import { pathToFileURL } from 'node:url'

const HOME = '/user/hadoop/'
const PATHS = new Set(['-input', '-output'])

/**
 * The arguments of Hadoop Streaming with `hdfs:///` as a folder of this machine. As on EMR, input and output
 * without a scheme are in HDFS, relative ones in `/user/hadoop`.
 * @param folder that stands for HDFS
 * @example localPaths(['-input', '/logs'], '/data/hdfs') // ['-input', 'file:///data/hdfs/logs']
 */
export function localPaths(args: readonly string[], folder: string): readonly string[] {
  const root = pathToFileURL(folder).href.replace(/\/+$/, '')
  return args.map((arg, at) => {
    const whole = PATHS.has(args[at - 1] ?? '') ? splitPaths(arg).map(inHdfs).join(',') : arg
    return whole.replaceAll(/hdfs:\/\/(?=\/)/g, root)
  })
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
