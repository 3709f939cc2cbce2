import { HeadrigError } from './errors.js'
import { lowerFirst } from './lower-first.js'

/** A value as YAML, in the order of its keys. The library is loaded when it is called. */
export async function toYaml(value: unknown): Promise<string> {
  const { stringify } = await import('yaml')
  return stringify(value, { lineWidth: 0 })
}

/**
 * Reads YAML; the library is loaded when it is called.
 * @param path for messages
 * @throws `invalid` with path:line:column for what is no YAML
 */
export async function fromYaml(text: string, path: string): Promise<unknown> {
  const { LineCounter, parseDocument } = await import('yaml')
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  const [broken] = document.errors
  if (broken) {
    const { line, col } = lineCounter.linePos(broken.pos[0])
    throw new HeadrigError('invalid', `${path}:${line}:${col}: ${lowerFirst(broken.message)}`)
  }
  // Few aliases: a file of a few lines must not grow without bounds.
  return document.toJS({ maxAliasCount: 10 })
}
