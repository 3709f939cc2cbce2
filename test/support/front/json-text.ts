import { array, type Json, type Member, object, scalar } from './json.js'

const SCALAR =
  /(?:"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y
const SPACE = /[ \t\r\n]*/y

class Broken extends Error {}

/** The JSON values of a text, one behind the other; undefined when anything else is in it. */
export function valuesOf(text: string): Json[] | undefined {
  let at = 0
  const space = (): void => {
    SPACE.lastIndex = at
    at += SPACE.exec(text)?.[0].length ?? 0
  }
  const take = (c: string): boolean => {
    space()
    if (text[at] !== c) return false
    at++
    space()
    return true
  }
  const must = (c: string): void => {
    if (!take(c)) throw new Broken()
  }
  const raw = (): string => {
    SCALAR.lastIndex = at
    const found = SCALAR.exec(text)?.[0]
    if (found === undefined) throw new Broken()
    at += found.length
    return found
  }
  const value = (): Json => {
    if (take('[')) {
      const items: Json[] = []
      if (take(']')) return array(items)
      do items.push(value())
      while (take(','))
      must(']')
      return array(items)
    }
    if (take('{')) {
      const members: Member[] = []
      if (take('}')) return object(members)
      do {
        if (text[at] !== '"') throw new Broken()
        const key = raw()
        must(':')
        members.push([key, value()])
      } while (take(','))
      must('}')
      return object(members)
    }
    return scalar(raw())
  }
  try {
    const values: Json[] = []
    for (space(); at < text.length; space()) values.push(value())
    return values
  } catch (error) {
    if (error instanceof Broken) return undefined
    throw error
  }
}
