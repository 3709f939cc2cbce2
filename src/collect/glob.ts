/** Whether a location has parts that stand for many: `*`, `**`, `?`, `{a,b}`. */
export function hasGlob(location: string): boolean {
  return /[*?{]/.test(location)
}

/** The folder before the first part that stands for many, and the pattern behind it. */
export function splitGlob(location: string): { readonly base: string; readonly pattern: string } {
  const parts = location.split('/')
  const first = parts.findIndex(hasGlob)
  return {
    base: parts.slice(0, first).join('/') || (location.startsWith('/') ? '/' : '.'),
    pattern: parts.slice(first).join('/'),
  }
}

/**
 * A pattern as a test on keys: `*` and `?` stay within a part, `**` crosses parts, `{a,b}` is either.
 * @example globTest('**\/*.json.gz')('2024/01/a.json.gz') // true
 */
export function globTest(pattern: string): (key: string) => boolean {
  let source = ''
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string
    if (pattern.startsWith('**/', i)) {
      source += '(?:[^/]+/)*'
      i += 2
    } else if (pattern.startsWith('**', i)) {
      source += '.*'
      i += 1
    } else if (c === '*') source += '[^/]*'
    else if (c === '?') source += '[^/]'
    else if (c === '{' && pattern.indexOf('}', i) > i) {
      const close = pattern.indexOf('}', i)
      source += `(?:${pattern
        .slice(i + 1, close)
        .split(',')
        .map(quote)
        .join('|')})`
      i = close
    } else source += quote(c)
  }
  const test = new RegExp(`^${source}$`, 'u')
  return (key) => test.test(key)
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
