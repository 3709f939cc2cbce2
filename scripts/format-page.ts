import {
  COMMON_COLUMNS,
  type Column,
  type Columns,
  type Framing,
  type LogFormat,
} from '../src/formats/format.js'

/** A ready query of `docs/queries`. */
export interface ReadyQuery {
  /** The file's name. */
  readonly file: string
  readonly text: string
}

/** The documentation page of a log type, in Markdown: all of it comes from the format's data. */
export function formatPage(format: LogFormat, queries: readonly ReadyQuery[]): string {
  const { id, title, doc } = format
  return [
    `# ${title}: \`${id}\``,
    '<!-- Made by npm run docs from src/formats: a change here would be lost. -->',
    doc,
    '## Objects',
    objects(format),
    '## Columns',
    'Files are skipped by the columns marked with a star: a query that compares one reads only the files that may match.',
    '### Of this log type',
    table(
      ['column', 'type', 'from', 'meaning'],
      rowsOf(format.columns, '').map((r) => [r.name, r.type, r.from, r.doc]),
    ),
    '### Of every table',
    table(
      ['column', 'type', 'from', 'meaning'],
      Object.entries(COMMON_COLUMNS).map(([name, column]) => [
        code(name) + ('hot' in column ? ' \\*' : ''),
        column.type,
        commonSource(format, name),
        column.doc,
      ]),
    ),
    '## OCSF',
    `The class is \`${format.ocsf.class}\`. The mapping is data; no OCSF view is made of it yet.`,
    table(
      ['attribute', 'column'],
      Object.entries(format.ocsf.map).map(([attribute, column]) => [code(attribute), code(column)]),
    ),
    ...readyQueries(queries),
  ].join('\n\n')
}

function objects({ framing, keyLayout }: LogFormat): string {
  const lines = [framingText(framing)]
  if (keyLayout) {
    lines.push(
      `AWS puts them below \`${keyLayout.folders}\`; a listing asks only for the accounts, regions and days wanted.`,
    )
  }
  lines.push('Plain, gzip, zstd or bzip2, as the first bytes say.')
  return lines.join('\n')
}

function framingText(framing: Framing): string {
  if (framing.kind === 'fields') {
    return (
      `One record a line, fields between blanks, \`${framing.absent}\` for no value. A header line (with ` +
      `\`${framing.header}\`) names the fields, in any order; without one they are: ` +
      `${framing.order.map(code).join(' ')}. Parquet with the same fields is read too.`
    )
  }
  const lines = ['JSON: one record after another, or an array of records.']
  if (framing.containers.length > 0) {
    lines.push(
      `An object may hold its records in an array at ${framing.containers.map(code).join(', ')}.`,
    )
  }
  if (framing.envelopes.length > 0) {
    lines.push(`A record may be wrapped at ${framing.envelopes.map(code).join(', ')}.`)
  }
  return lines.join('\n')
}

interface ColumnRow {
  readonly name: string
  readonly type: string
  readonly from: string
  readonly doc: string
}

function rowsOf(columns: Columns, parent: string): ColumnRow[] {
  return Object.entries(columns).flatMap(([name, column]) => [
    {
      name: code(parent + name) + ('hot' in column && column.hot ? ' \\*' : ''),
      type: column.type === 'list' ? 'list of structs' : column.type,
      from: code(column.from) + viaText(column),
      doc: column.doc,
    },
    ...('fields' in column ? rowsOf(column.fields, `${parent}${name}.`) : []),
  ])
}

function viaText(column: Column | { readonly via?: string }): string {
  return 'via' in column && column.via ? ` (${column.via})` : ''
}

function commonSource({ common }: LogFormat, name: string): string {
  if (name === 'time') return code(common.time.from) + viaText(common.time)
  const from: unknown = Object.entries(common).find(([key]) => key === name)?.[1]
  if (typeof from === 'string') return code(from)
  return Array.isArray(from) ? from.map((path) => code(String(path))).join(', else ') : ''
}

function readyQueries(queries: readonly ReadyQuery[]): string[] {
  if (queries.length === 0) return []
  const lines = queries.map(({ file, text }) => {
    const header = (name: string): string =>
      new RegExp(`^-- ${name}: (.*)$`, 'm').exec(text)?.[1] ?? ''
    const dialect = header('dialect')
    const how = dialect === 'duckdb' ? '' : ` (\`--dialect ${dialect}\`)`
    return `- [${header('title')}](../queries/${file})${how}: ${header('question')}`
  })
  return ['## Ready queries', `Each runs with \`headrig query --file\`.\n\n${lines.join('\n')}`]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((c) => c.replace(/\n/g, ' ').replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function code(text: string): string {
  return `\`${text}\``
}
