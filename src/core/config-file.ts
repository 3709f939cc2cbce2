import { readFile } from 'node:fs/promises'
import { lowerFirst } from './lower-first.js'
import { didYouMean } from './closest.js'
import { HeadrigError, isErrno, messageOf } from './errors.js'

/** A value of `headrig.yaml` with the place it stands at, `path:line:column`. */
export interface FileValue {
  readonly text: string
  readonly where: string
}

/**
 * Reads a settings file: its scalars by dotted key. Undefined when there is no such file.
 * Throws `invalid` with path:line:column for bad YAML, unknown keys and values that are no scalars.
 */
export async function readConfigFile(
  path: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, FileValue> | undefined> {
  let source: string
  try {
    source = await readFile(path, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw new HeadrigError('invalid', `cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
  return parseConfig(source, path, keys)
}

/** The scalars of a settings file's text, by dotted key; errors as with `readConfigFile`. */
export async function parseConfig(
  source: string,
  path: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, FileValue>> {
  const { isMap, isScalar, LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${path}:${line}:${col}`
  }
  const [broken] = document.errors
  if (broken) {
    throw new HeadrigError(
      'invalid',
      `${at(broken.pos[0])}: ${lowerFirst(broken.message)}`.replace(/\.$/, ''),
    )
  }
  const values = new Map<string, FileValue>()
  const offsetOf = (node: unknown): number => (node as { range?: [number] } | null)?.range?.[0] ?? 0
  const walk = (node: unknown, prefix: string): void => {
    if (!isMap(node)) {
      throw new HeadrigError(
        'invalid',
        `${at(offsetOf(node))}: expected settings, such as lake: ./headrig-lake`,
      )
    }
    for (const { key, value } of node.items) {
      const name = `${prefix}${isScalar(key) ? String(key.value) : '?'}`
      if (keys.includes(name)) {
        if (!isScalar(value) || value.value === null) {
          throw new HeadrigError(
            'invalid',
            `${at(offsetOf(value ?? key))}: ${name} takes one value, not a list or nothing`,
          )
        }
        values.set(name, { text: value.source ?? value.toString(), where: at(offsetOf(value)) })
      } else if (keys.some((k) => k.startsWith(`${name}.`))) walk(value, `${name}.`)
      else {
        throw new HeadrigError(
          'invalid',
          `${at(offsetOf(key))}: unknown setting ${JSON.stringify(name)}${didYouMean(name, keys)}`,
        )
      }
    }
  }
  if (document.contents !== null) walk(document.contents, '')
  return values
}
