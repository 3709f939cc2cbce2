/** What the shell knows of the lake: tables with their columns. */
export type Names = Readonly<Record<string, readonly string[]>>

const KEYWORDS = (
  'select from where group by order limit having join left right full inner cross on using with as and ' +
  'or not in is null like ilike between exists case when then else end union all distinct asc desc ' +
  'count sum min max avg cast interval timestamp date true false over partition unnest describe summarize explain'
).split(' ')

const COMMANDS = ['\\d', '\\timing', '\\x', '\\format', '\\dialect', '\\q', '\\?']

/**
 * What the word at the end of a line may become, and that word. Upper-case input gets upper-case keywords;
 * after `table.` only that table's columns are offered.
 * @example completeWord('select * fr', {}) // [['from '], 'fr']
 */
export function completeWord(line: string, names: Names): [string[], string] {
  const meta = /^\s*(\\\w*)$/.exec(line)?.[1]
  if (meta !== undefined) return [COMMANDS.filter((c) => c.startsWith(meta)), meta]
  const word = /[\w.]*$/.exec(line)?.[0] ?? ''
  const lower = word.toLowerCase()
  const starts = (name: string): boolean => name.toLowerCase().startsWith(lower)
  const [table, column] = [
    word.slice(0, word.lastIndexOf('.')),
    word.slice(word.lastIndexOf('.') + 1),
  ]
  if (word.includes('.')) {
    const columns = Object.entries(names).find(([name]) => name === table.toLowerCase())?.[1] ?? []
    const found = columns.filter((c) => c.startsWith(column.toLowerCase()))
    return [found.map((c) => `${table}.${c}`), word]
  }
  if (/^\s*\\d\s+\w*$/.test(line)) return [Object.keys(names).filter(starts), word]
  if (word === '') return [[], word]
  const upper = word === word.toUpperCase() && /[A-Z]/.test(word)
  const keywords = KEYWORDS.filter(starts).map((k) => `${upper ? k.toUpperCase() : k} `)
  const known = [...Object.keys(names), ...Object.values(names).flat()].filter(starts)
  return [[...new Set([...keywords, ...known.sort()])], word]
}
