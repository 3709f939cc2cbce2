/**
 * The settings of a file such as `spark-defaults.conf`: a name and a value a line, apart by `=`, `:` or blanks.
 * Backslashes continue lines and stand before special characters, as in Java.
 * @example parseProperties('spark.executor.memory 2g\n# no\n') // { 'spark.executor.memory': '2g' }
 */
export function parseProperties(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  const lines = text.replace(/\\\r?\n[ \t]*/g, '').split(/\r?\n/)
  for (const line of lines) {
    if (/^[ \t\f]*(?:[#!]|$)/.test(line)) continue
    const [, name = '', value = ''] =
      /^[ \t\f]*((?:\\.|[^ \t\f=:\\])+)[ \t\f]*[=:]?[ \t\f]*([\s\S]*)$/.exec(line) ?? []
    if (name !== '') found[plain(name)] = plain(value).trimEnd()
  }
  return found
}

const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function plain(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|([\s\S]))/gi, (_, code?: string, char = '') =>
    code === undefined
      ? (CONTROLS[char as string] ?? String(char))
      : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
