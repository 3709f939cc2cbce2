import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Environment } from '../../core/config-settings.js'
import { HeadrigError } from '../../core/errors.js'

/** A server that files are had from. */
export interface Source {
  /** Without user and password; ends with a slash. */
  readonly base: string
  /** The header that the server asks for; a secret. */
  readonly authorization?: string
}

const PYTHON_INDEX = 'https://pypi.org/simple/'
const MAVEN = 'https://repo1.maven.org/maven2/'

/**
 * The index of Python packages: what is given, else `PIP_INDEX_URL`, else what pip is configured to use, else
 * the public one. @throws `invalid` for what is no URL
 */
export async function pythonIndex(given: string | undefined, env: Environment): Promise<Source> {
  return sourceOf(given ?? (env['PIP_INDEX_URL'] || (await pipSetting(env))) ?? PYTHON_INDEX)
}

/**
 * The Maven repository: what is given, else the mirror of Maven Central in `~/.m2/settings.xml`, else Central.
 * @throws `invalid` for what is no URL
 */
export async function mavenRepository(
  given: string | undefined,
  env: Environment,
): Promise<Source> {
  if (given !== undefined) return sourceOf(given)
  const settings = join(env['HOME'] || homedir(), '.m2', 'settings.xml')
  return sourceOf(mirrorIn(await readFile(settings, 'utf8').catch(() => '')) ?? MAVEN)
}

/**
 * A server by its URL; user and password become a header.
 * @example sourceOf('https://a:b@host/simple').base // 'https://host/simple/'
 */
export function sourceOf(text: string): Source {
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text))
    throw new HeadrigError(
      'invalid',
      `${JSON.stringify(text.replace(/\/\/[^/]*@/, '//***@'))} is no http(s) URL`,
    )
  const url = new URL(text)
  const { username, password } = url
  url.username = ''
  url.password = ''
  const base = url.href.endsWith('/') ? url.href : `${url.href}/`
  if (username === '' && password === '') return { base }
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { base, authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** The URL of the first mirror that stands for Maven Central. */
export function mirrorIn(settings: string): string | undefined {
  const clean = settings.replace(/<!--[\s\S]*?-->/g, '')
  for (const [, mirror = ''] of clean.matchAll(/<mirror>([\s\S]*?)<\/mirror>/g)) {
    const of = /<mirrorOf>\s*(.*?)\s*<\/mirrorOf>/.exec(mirror)?.[1]?.split(/\s*,\s*/) ?? []
    const url = /<url>\s*(.*?)\s*<\/url>/.exec(mirror)?.[1]
    const covers = of.includes('central') || of.includes('*') || of.includes('external:*')
    if (url !== undefined && covers && !of.includes('!central')) return url
  }
  return undefined
}

/**
 * Where the index has a file: PEP 503 pages link to it. @throws `not-found` when the page does not
 */
export function linkIn(page: string, pageUrl: URL, fileName: string): URL {
  for (const [, href = ''] of page.matchAll(/<a\s[^>]*?href\s*=\s*["']([^"']+)["']/gi)) {
    const text = href.replaceAll('&amp;', '&')
    if (!URL.canParse(text, pageUrl.href)) continue
    const url = new URL(text, pageUrl)
    url.hash = ''
    if (decodeURIComponent(url.pathname.split('/').at(-1) ?? '') === fileName) return url
  }
  throw new HeadrigError('not-found', `${withoutPassword(pageUrl)} has no ${fileName}`)
}

export function originOf(base: string): string {
  return new URL(base).origin
}

/** For messages: registries put secrets into user, password and query. */
export function withoutPassword(url: URL): string {
  return `${url.origin}${url.pathname}`
}

async function pipSetting(env: Environment): Promise<string | undefined> {
  for (const pip of ['pip3', 'pip']) {
    try {
      const { stdout } = await promisify(execFile)(pip, ['config', 'get', 'global.index-url'], {
        env: { PATH: env['PATH'], HOME: env['HOME'] },
        timeout: 20_000,
      })
      return stdout.trim() || undefined
    } catch {
      // not there, or nothing set
    }
  }
  return undefined
}
