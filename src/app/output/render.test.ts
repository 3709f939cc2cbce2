import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { render, type TextFormat } from './render.js'

const columns = [
  { name: 'name', type: 'VARCHAR' },
  { name: 'n', type: 'BIGINT' },
  { name: 'at', type: 'TIMESTAMP WITH TIME ZONE' },
  { name: 'who', type: 'STRUCT(arn VARCHAR)' },
]
const rows = [
  ['a,"b"\n|c', 1, '2024-01-15T00:05:00Z', { arn: 'x' }],
  ['', 9.5, null, null],
  [null, '9007199254740993', '2024-01-15T00:05:00.000001Z', { arn: null }],
]

async function* batches(of: readonly (readonly unknown[])[] = rows, size = 2) {
  for (let i = 0; i < of.length; i += size) yield of.slice(i, i + size)
}

async function text(
  format: TextFormat,
  of: { columns: typeof columns; batches: AsyncIterable<readonly (readonly unknown[])[]> } = {
    columns,
    batches: batches(),
  },
  width?: number,
): Promise<string> {
  let all = ''
  for await (const piece of render(format, of, width === undefined ? {} : { width }).text)
    all += piece
  return all
}

describe('render', () => {
  it('json: one array', async () => {
    expect(await text('json')).toBe(
      `[
{"name":"a,\\"b\\"\\n|c","n":1,"at":"2024-01-15T00:05:00Z","who":{"arn":"x"}},
{"name":"","n":9.5,"at":null,"who":null},
{"name":null,"n":"9007199254740993","at":"2024-01-15T00:05:00.000001Z","who":{"arn":null}}
]
`,
    )
    expect(await text('json', { columns, batches: batches([]) })).toBe('[]\n')
  })

  it('json: what JSON has no number for is null, and no column is lost', async () => {
    const twice = [columns[1]!, columns[1]!, { name: 'n_1', type: 'DOUBLE' }]
    const given = batches([[Number.NaN, Number.POSITIVE_INFINITY, -0.5]])
    expect(await text('ndjson', { columns: twice, batches: given })).toBe(
      '{"n":null,"n_1":null,"n_1_1":-0.5}\n',
    )
  })

  it('csv: quotes what must be, and tells empty text from no value', async () => {
    expect(await text('csv')).toBe(
      `name,n,at,who
"a,""b""\n|c",1,2024-01-15T00:05:00Z,"{""arn"":""x""}"
"",9.5,,
,9007199254740993,2024-01-15T00:05:00.000001Z,"{""arn"":null}"
`,
    )
  })

  it('markdown: one line a row', async () => {
    expect(await text('markdown')).toBe(
      `| name | n | at | who |
| --- | ---: | --- | --- |
| a,"b"\\\\n\\|c | 1 | 2024-01-15T00:05:00Z | {"arn":"x"} |
|  | 9.5 |  |  |
|  | 9007199254740993 | 2024-01-15T00:05:00.000001Z | {"arn":null} |
`,
    )
  })

  it('table: aligned, numbers to the right', async () => {
    expect(await text('table')).toBe(
      `name                      n  at                           who
─────────  ────────────────  ───────────────────────────  ────────────
a,"b"\\n|c                 1  2024-01-15T00:05:00Z         {"arn":"x"}
                        9.5
           9007199254740993  2024-01-15T00:05:00.000001Z  {"arn":null}
`,
    )
  })

  it('table: cut to the width of the terminal, columns that do not fit left out', async () => {
    const cut = (await text('table', undefined, 40)).trimEnd().split('\n')
    expect(cut.every((line) => line.length <= 40)).toBe(true)
    expect(cut[0]).toMatch(/^name +n +at +who/)
    const narrow = (await text('table', undefined, 18)).trimEnd().split('\n')
    expect(narrow[0]).toBe('name       n  …')
  })

  it('table: no terminal acts on what logs hold, and wide letters keep their place', async () => {
    const one = [columns[0]!, columns[1]!]
    const given = batches([
      ['\u001b[31mred\u0007', 1],
      ['東京', 2],
      ['e\u0301', 3],
    ])
    expect(await text('table', { columns: one, batches: given })).toBe(
      `name                 n
───────────────────  ─
\\u001b[31mred\\u0007  1
東京                 2
e\u0301                    3
`,
    )
  })

  it('counts rows', async () => {
    const rendered = render('csv', { columns, batches: batches() })
    for await (const _ of rendered.text);
    expect(rendered.rows()).toBe(3)
  })

  it('reads no row before it is asked to', async () => {
    let asked = 0
    const endless = (async function* () {
      for (;;) {
        asked++
        yield [['x', 1, null, null]]
      }
    })()
    let pieces = 0
    for await (const _ of render('csv', { columns, batches: endless }).text) {
      if (++pieces === 3) break
    }
    expect(asked).toBeLessThanOrEqual(3)
  })

  it('json and ndjson give back any value', async () => {
    const value = fc.jsonValue()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(value, value)), async (given) => {
        const of = [
          { name: 'a', type: 'VARCHAR' },
          { name: 'b"\n', type: 'VARCHAR' },
        ]
        const expected = JSON.parse(JSON.stringify(given.map(([a, b]) => ({ a, 'b"\n': b }))))
        const json = await text('json', { columns: of, batches: batches(given) })
        expect(JSON.parse(json)).toEqual(expected)
        const ndjson = await text('ndjson', { columns: of, batches: batches(given) })
        const lines = ndjson.split('\n').filter((l) => l !== '')
        expect(lines.map((l) => JSON.parse(l) as unknown)).toEqual(expected)
      }),
    )
  })

  it('csv gives back any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.string(), fc.option(fc.string()))), async (given) => {
        const csv = await text('csv', {
          columns: columns.slice(0, 2),
          batches: batches(given),
        })
        expect(parseCsv(csv).slice(1)).toEqual(given)
      }),
    )
  })
})

/** A plain reader of RFC 4180; an unquoted empty field is no value. */
function parseCsv(csv: string): (string | null)[][] {
  const found = [...csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/gy)]
  const lines: (string | null)[][] = [[]]
  for (const [, quoted, plain, end] of found) {
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? (plain === '' ? null : plain!))
    if (end === '\n') lines.push([])
  }
  return lines.slice(0, -1)
}
