import { readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** Every module that is loaded before a command runs: static imports, not those of types. */
function startPath(entry: string): { files: string[]; packages: string[] } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const visit = (path: string): void => {
    if (files.has(path)) return
    files.add(path)
    const source = readFileSync(path, 'utf8')
    for (const [, target = ''] of source.matchAll(
      /^(?:import|export)\s(?!type\b)[^;]*?from '([^']+)'$/gm,
    )) {
      if (target.startsWith('.')) visit(resolve(dirname(path), target.replace(/\.js$/, '.ts')))
      else if (!target.startsWith('node:')) packages.add(target)
    }
  }
  visit(resolve(entry))
  return { files: [...files].map((f) => relative('src', f)), packages: [...packages] }
}

test('the start path is this room and core, and one small package', () => {
  const { files, packages } = startPath('src/cli/main.ts')
  expect(files).toContain('cli/commands/collect.ts')
  expect(files.filter((f) => !/^(cli|core)\//.test(f))).toEqual([])
  expect(files.filter((f) => f.startsWith('cli/actions/'))).toEqual([])
  expect(packages).toEqual(['@stricli/core'])
})
