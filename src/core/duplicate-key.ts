/**
 * The first name that an object in a JSON text has twice, of which `JSON.parse` takes the last.
 * @param json that `JSON.parse` takes
 * @example duplicateKey('{"a":1,"\\u0061":2}') // 'a'
 */
export function duplicateKey(json: string): string | undefined {
  /** Names of each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  let isName = false
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/gs)) {
    const names = open.at(-1)
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token.startsWith('"') && isName && names) {
      const name = JSON.parse(token) as string
      if (names.has(name)) return name
      names.add(name)
    }
    isName = token === '{' || (token === ',' && open.at(-1) !== undefined)
  }
  return undefined
}
