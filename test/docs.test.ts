import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatPages } from '../scripts/gen-docs.js'
import { docBlocks, printsAsSaid } from './support/doc-blocks.js'
import { BINARY } from './support/launch.js'

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

test('the pages of log types are what the formats say (npm run docs writes them)', async () => {
  for (const [path, text] of await formatPages()) expect(readFileSync(path, 'utf8')).toBe(text)
})

test.each(PAGES)('%s links to files that are there', (page) => {
  const text = readFileSync(page, 'utf8').replace(/```[\s\S]*?```/g, '')
  const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, to = '']) => to)
  const missing = links.filter((to) => !/^https?:/.test(to) && !existsSync(join(dirname(page), to)))
  expect(missing).toEqual([])
})

test('the table of rooms is what the room check enforces', () => {
  const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
    forbidden: readonly { name: string; to: { pathNot?: string } }[]
  }
  const rules = forbidden.flatMap(({ name, to }) => {
    const [room, ...may] = /\((.*)\)/.exec(to.pathNot ?? '')?.[1]?.split('|') ?? []
    return name === `room-${room}` ? [[room, may] as const] : []
  })
  const text = readFileSync('docs/architecture.md', 'utf8')
  const rows = [...text.matchAll(/^\| `(\w+)` +\| ([^|]+?) +\| [^|]+\|$/gm)].map(
    ([, room = '', may = '']) => [room, may === 'nothing' ? [] : may.split(', ')],
  )
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(rules))
})

describe.skipIf(!existsSync(BINARY))('commands of the documents', () => {
  let folder: string
  let demo = ''
  const bash = (script: string) =>
    spawnSync('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, encoding: 'utf8' })
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headrig-docs-'))
    const { status, stdout, stderr } = bash(`"${process.execPath}" "${BINARY}" demo -q`)
    if (status !== 0) throw new Error(stderr)
    demo = stdout
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const runnable = PAGES.map((page) => ({
    page,
    blocks: docBlocks(readFileSync(page, 'utf8')),
  })).filter(({ blocks }) => blocks.length > 0)

  test('the README shows what the demo prints', () => {
    const untimed = (text: string): string => text.replace(/in \d+\.\d s/, 'in a while')
    const [, said = ''] =
      /^```text demo\n([\s\S]*?)^```$/m.exec(readFileSync('README.md', 'utf8')) ?? []
    expect(printsAsSaid(untimed(said), untimed(demo)) ? said : demo).toBe(said)
  })

  test('there are some', () => {
    expect(runnable.map((r) => r.page)).toEqual(
      expect.arrayContaining(['README.md', 'docs/guide.md']),
    )
  })

  test.each(runnable)('$page', { timeout: 180_000 }, ({ page, blocks }) => {
    const ran: string[] = []
    for (const { line, script, output } of blocks) {
      // What a block exports holds for those after it.
      const { status, stdout, stderr } = bash(
        [`headrig() { "${process.execPath}" "${BINARY}" "$@"; }`, ...ran, script].join('\n'),
      )
      expect({ at: `${page}:${line}`, status, stderr: status === 0 ? '' : stderr }).toEqual({
        at: `${page}:${line}`,
        status: 0,
        stderr: '',
      })
      const asSaid = output === undefined || printsAsSaid(output, stdout)
      expect(asSaid ? output : stdout).toBe(output)
      ran.push(...script.split('\n').filter((l) => /^(export|cd) /.test(l)))
    }
  })
})
