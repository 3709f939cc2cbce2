import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** A file of a case: its text, bytes that are packed, encoded or copied from this repository, or a link. */
export type CaseFile =
  | string
  | { readonly gzip: string }
  | { readonly base64: string }
  | { readonly copy: string }
  | { readonly link: string }

export interface CaseStep {
  /** What follows `headrig`, split at blanks as a shell does; quotes group. */
  readonly run: string
  readonly stdin?: string
  readonly exit?: number
  readonly stdout?: string
  readonly stdout_contains?: string | readonly string[]
  readonly stdout_lacks?: string | readonly string[]
  readonly stdout_matches?: string
  /** Parsed stdout holds this; arrays have the same length. */
  readonly json?: unknown
  /** Each line of stdout, parsed. */
  readonly ndjson?: readonly unknown[]
  readonly stderr?: string
  readonly stderr_contains?: string | readonly string[]
  readonly stderr_lacks?: string | readonly string[]
  /** Files that the step wrote, with their text. */
  readonly wrote?: Readonly<Record<string, string>>
}

export interface Case {
  readonly name: string
  readonly files?: Readonly<Record<string, CaseFile>>
  readonly env?: Readonly<Record<string, string>>
  readonly steps: readonly CaseStep[]
}

const KEYS = [
  'run',
  'stdin',
  'exit',
  'stdout',
  'stdout_contains',
  'stdout_lacks',
  'stdout_matches',
  'json',
  'ndjson',
  'stderr',
  'stderr_contains',
  'stderr_lacks',
  'wrote',
]

/** Reads the cases of every YAML file in a folder, with the file's name in front of theirs. */
export function readCases(folder: string): readonly Case[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((file) => {
      const cases = parse(readFileSync(join(folder, file), 'utf8')) as Case[]
      return cases.map((one) => {
        for (const step of one.steps) {
          const odd = Object.keys(step).find((key) => !KEYS.includes(key))
          if (odd) throw new Error(`${file}: ${one.name}: a step has no key ${odd}`)
        }
        return { ...one, name: `${file.replace('.yaml', '')}: ${one.name}` }
      })
    })
}

/**
 * Splits a command line as a shell does, without its expansions.
 * @example splitWords(`query "select 'a b'"`) // ['query', "select 'a b'"]
 */
export function splitWords(line: string): string[] {
  const words: string[] = []
  const pattern = /\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+)/gs
  for (const [, word = ''] of line.matchAll(pattern)) {
    words.push(
      word.replace(
        /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs,
        (_, double: string | undefined, single: string | undefined, escaped: string | undefined) =>
          double === undefined ? (single ?? escaped ?? '') : double.replace(/\\(["\\$`])/g, '$1'),
      ),
    )
  }
  return words
}
