const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/**
 * Reads an answer of S3: tells of each element when it ends, with the names down to it and its text since
 * the last tag. Attributes, comments and prefixes of names are passed over.
 * @throws SyntaxError when it ends within a tag or an element
 * @example readXml('<a><b>1</b></a>', (path, text) => …) // ['a', 'b'], '1'; ['a'], ''
 */
export function readXml(xml: string, onEnd: (path: readonly string[], text: string) => void): void {
  const path: string[] = []
  let text = ''
  let at = 0
  const past = (mark: string, from: number): number => {
    const found = xml.indexOf(mark, from)
    if (found < 0) throw new SyntaxError(`no "${mark}" after character ${from}`)
    return found + mark.length
  }
  for (let open = xml.indexOf('<'); open >= 0; open = xml.indexOf('<', at)) {
    if (open > at) text += plain(xml.slice(at, open))
    if (xml.startsWith('<![CDATA[', open)) {
      at = past(']]>', open)
      text += xml.slice(open + 9, at - 3)
      continue
    }
    at = xml.startsWith('<!--', open) ? past('-->', open) : past('>', open)
    const first = xml[open + 1]
    if (first === '!' || first === '?') continue
    if (first !== '/') path.push(nameIn(xml, open + 1, at - 1))
    if (first === '/' || xml[at - 2] === '/') {
      onEnd(path, first === '/' ? text : '')
      path.pop()
    }
    text = ''
  }
  if (path.length > 0) throw new SyntaxError(`<${path.at(-1)}> has no end`)
}

function nameIn(xml: string, from: number, to: number): string {
  let start = from
  let end = from
  for (; end < to; end++) {
    const char = xml.charCodeAt(end)
    if (char === 0x3a) start = end + 1
    else if (char <= 0x20 || char === 0x2f) break
  }
  return xml.slice(start, end)
}

function plain(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (all, dec, hex, name) => {
    if (name !== undefined) return ENTITIES[name as string] ?? all
    const code = dec === undefined ? Number.parseInt(hex as string, 16) : Number(dec)
    return code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
}
