import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format as tidy } from 'oxfmt'
import { FORMATS } from '../src/formats/index.js'
import { formatPage, type ReadyQuery } from './format-page.js'

const QUERIES = 'docs/queries'

/** The pages of `docs/formats`, by path, as they should be. */
export async function formatPages(): Promise<ReadonlyMap<string, string>> {
  const queries: readonly ReadyQuery[] = readdirSync(QUERIES)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(QUERIES, file), 'utf8') }))
  const pages = new Map<string, string>()
  for (const format of FORMATS) {
    const path = `docs/formats/${format.id}.md`
    const about = format.id.replace(/^aws_/, '').replaceAll('_', '-')
    const own = queries.filter(({ file }) => file.replace(/^athena-/, '').startsWith(`${about}-`))
    pages.set(path, (await tidy(path, formatPage(format, own))).code)
  }
  return pages
}

/** Writes the pages that are out of date. */
export async function writeFormatPages(): Promise<void> {
  mkdirSync('docs/formats', { recursive: true })
  for (const [path, text] of await formatPages()) writeFileSync(path, text)
}
