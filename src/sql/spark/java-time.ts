import { differs } from './spark-text.js'

const JAVA: Readonly<Record<string, string>> = {
  Y: 'yyyy',
  y: 'yy',
  m: 'MM',
  '-m': 'M',
  d: 'dd',
  '-d': 'd',
  H: 'HH',
  '-H': 'H',
  I: 'hh',
  '-I': 'h',
  M: 'mm',
  '-M': 'm',
  S: 'ss',
  '-S': 's',
  f: 'SSSSSS',
  g: 'SSS',
  j: 'DDD',
  '-j': 'D',
  B: 'MMMM',
  b: 'MMM',
  A: 'EEEE',
  a: 'EEE',
  p: 'a',
}

/**
 * A pattern of strftime as one of Spark's date_format.
 * @example javaFormat('%Y-%m-%dT%H:%M') // "yyyy-MM-dd'T'HH:mm"
 */
export function javaFormat(format: string, zoned = false): string {
  const expanded = format
    .replaceAll('%F', '%Y-%m-%d')
    .replaceAll('%T', '%H:%M:%S')
    .replaceAll('%R', '%H:%M')
  const parts = expanded.match(/%-?[A-Za-z%]|[^%A-Za-z']+|[A-Za-z]+|'|%/g) ?? []
  return parts
    .map((part) => {
      if (part === '%%') return '%'
      if (part === '%z') return zoned ? "'+00'" : ''
      if (part.startsWith('%')) {
        const java = JAVA[part.slice(1)]
        if (java === undefined) throw differs(`${part} in a time format`)
        return java
      }
      if (part === "'") return "''"
      if (/^[A-Za-z]/.test(part)) return `'${part}'`
      return /[[\]{}#]/.test(part) ? `'${part}'` : part
    })
    .join('')
}
