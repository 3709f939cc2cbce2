import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { makeCaseFolder } from './case-folder.js'
import { splitWords, type Case, type CaseStep } from './cases.js'
import type { Launch, Outcome } from './launch.js'

/**
 * Runs the steps of a case, each by `launch`, in a folder of its own; `{dir}` stands for that folder.
 * Gives the first step that did not do as expected, in words; empty when all did.
 */
export async function runCase(
  one: Case,
  launch: (launch: Launch) => Promise<Outcome>,
): Promise<string> {
  const cwd = await makeCaseFolder(one)
  try {
    for (const step of one.steps) {
      const outcome = await launch({
        argv: splitWords(step.run.replaceAll('{dir}', cwd)),
        cwd,
        ...(one.env && { env: one.env }),
        ...(step.stdin !== undefined && { stdin: step.stdin }),
      })
      const clean = (text: string): string => text.replaceAll(cwd, '{dir}')
      const [stdout, stderr] = [clean(outcome.stdout), clean(outcome.stderr)]
      const told = differences(step, { exit: outcome.exit, stdout, stderr })
      if (told !== '') return told
      for (const [path, text] of Object.entries(step.wrote ?? {})) {
        const written = await readFile(join(cwd, path), 'utf8')
        if (written !== text) return `headrig ${step.run}\n--- ${path}\n${written}`
      }
    }
    return ''
  } finally {
    await rm(cwd, { recursive: true, force: true })
  }
}

/** What differs from the step's expectations, in words; empty when nothing does. */
function differences(step: CaseStep, { exit, stdout, stderr }: Outcome): string {
  const told: string[] = []
  const attempt = (assertion: () => void): void => {
    try {
      assertion()
    } catch (error) {
      told.push(error instanceof Error ? error.message : String(error))
    }
  }
  attempt(() => expect(exit).toBe(step.exit ?? 0))
  attempt(() => expect(stdout).toBe(step.stdout ?? stdout))
  attempt(() => expect(stderr).toBe(step.stderr ?? stderr))
  for (const part of list(step.stdout_contains)) attempt(() => expect(stdout).toContain(part))
  for (const part of list(step.stdout_lacks)) attempt(() => expect(stdout).not.toContain(part))
  for (const part of list(step.stderr_contains)) attempt(() => expect(stderr).toContain(part))
  for (const part of list(step.stderr_lacks)) attempt(() => expect(stderr).not.toContain(part))
  attempt(() => expect(stdout).toMatch(new RegExp(step.stdout_matches ?? '', 'm')))
  if ('json' in step) {
    attempt(() => expect({ json: JSON.parse(stdout) }).toMatchObject({ json: step.json }))
  }
  if (step.ndjson) {
    const lines = stdout.split('\n').filter(Boolean)
    attempt(() =>
      expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject(step.ndjson ?? []),
    )
  }
  if (told.length === 0) return ''
  return `headrig ${step.run}\n${told.join('\n')}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}
