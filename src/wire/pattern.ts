/**
 * A model's pattern as a test of whole values. They are written for Java: what only it knows is
 * translated. Patterns without `u` are those whose escapes it refuses.
 */
export function compilePattern(source: string): (text: string) => boolean {
  const dotAll = source.startsWith('(?s)')
  const body = `^(?:${dotAll ? source.slice(4) : source})$`
  const flags = dotAll ? 's' : ''
  const pattern = unicode(body, `u${flags}`) ?? new RegExp(body, flags)
  return (text) => pattern.test(text)
}

function unicode(body: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(body, flags)
  } catch {
    return undefined
  }
}
