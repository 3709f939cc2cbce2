import { differs } from './spark-text.js'

/** A step into JSON: a key or an index; `*`: every element of an array. */
export type JsonStep = string | number | { readonly every: true }

/**
 * The steps of a path as DuckDB's JSON functions take it: `$.a[0]."b c"`, `/a/0` or a single key.
 * @example jsonSteps('$.items[*]') // ['items', { every: true }]
 */
export function jsonSteps(path: string): JsonStep[] {
  if (path.startsWith('/')) {
    return path
      .slice(1)
      .split('/')
      .map((part) => {
        if (/^\d+$/.test(part)) throw differs(`the number in the JSON pointer ${path}`)
        return part.replaceAll('~1', '/').replaceAll('~0', '~')
      })
  }
  if (!path.startsWith('$')) return [path]
  const steps: JsonStep[] = []
  const step = /\.(?:"([^"]*)"|([^."[\]*?]+))|\[(\d+)\]|(\[\*\])/y
  step.lastIndex = 1
  while (step.lastIndex < path.length) {
    const match = step.exec(path)
    if (!match) throw differs(`the JSON path ${path}`)
    const [, quoted, key, index] = match
    if (index !== undefined) steps.push(Number(index))
    else steps.push(quoted ?? key ?? { every: true })
  }
  return steps
}

/** The path as Spark's `get_json_object` and `variant_get` take it. */
export function sparkJsonPath(steps: readonly JsonStep[]): string {
  return `$${steps
    .map((s) => {
      if (typeof s === 'number') return `[${s}]`
      if (typeof s === 'object') throw differs('a * within a JSON path')
      if (/['?\\]/.test(s) || s === '') throw differs(`the key ${JSON.stringify(s)} in a JSON path`)
      return `['${s}']`
    })
    .join('')}`
}
