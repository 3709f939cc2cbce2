const JODA: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  YYYY: '%Y',
  yy: '%y',
  MMMM: '%B',
  MMM: '%b',
  MM: '%m',
  M: '%-m',
  dd: '%d',
  d: '%-d',
  DDD: '%j',
  EEEE: '%A',
  EEE: '%a',
  HH: '%H',
  H: '%-H',
  hh: '%I',
  h: '%-I',
  mm: '%M',
  m: '%-M',
  ss: '%S',
  s: '%-S',
  SSSSSS: '%f',
  SSS: '%g',
  a: '%p',
  Z: '%z',
  ZZ: '%z',
}

/**
 * A pattern of Joda time, as a SQL literal, as one of strftime; anything but a literal is left alone.
 * @example jodaFormat(`'yyyy-MM-dd''T''HH:mm'`) // `'%Y-%m-%dT%H:%M'`
 */
export function jodaFormat(literal: string): string {
  if (!/^'(?:[^']|'')*'$/.test(literal)) return literal
  const pattern = literal.slice(1, -1).replaceAll("''", "'")
  const parts = pattern.match(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']/g) ?? []
  const text = parts
    .map((p) => {
      if (p.startsWith("'")) return p === "''" ? "'" : p.slice(1, -1).replaceAll("''", "'")
      return p === '%' ? '%%' : (JODA[p] ?? p)
    })
    .join('')
  return `'${text.replaceAll("'", "''")}'`
}
