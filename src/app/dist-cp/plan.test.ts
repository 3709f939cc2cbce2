import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { packManifest, readManifest } from './manifest.js'
import { copyPatterns } from './options.js'
import { planCopies, type PlanOptions, type Source } from './plan.js'

const PLAIN: PlanOptions = {
  group: undefined,
  targetBytes: undefined,
  codec: 'keep',
  numberFrom: undefined,
}
const sources = (...names: string[]): Source[] =>
  names.map((name) => ({ name, uri: `s3://b/in/${name}`, size: 10 }))
const plan = (names: string[], options: Partial<PlanOptions> = {}): Record<string, string[]> =>
  Object.fromEntries(
    planCopies(sources(...names), { ...PLAIN, ...options }).map((output) => [
      output.name,
      output.sources.map(({ name }) => name),
    ]),
  )
const days = /^(?:.*(\d{4}-\d\d-\d\d).*)$/

describe('what is copied to what', () => {
  it('is file by file, unless grouped', () => {
    expect(plan(['b/2.gz', 'a.txt'])).toEqual({ 'a.txt': ['a.txt'], 'b/2.gz': ['b/2.gz'] })
    expect(plan(['x/2024-01-02.1.gz', 'y/2024-01-02.2.gz', 'z'], { group: days })).toEqual({
      '2024-01-02.gz': ['x/2024-01-02.1.gz', 'y/2024-01-02.2.gz'],
    })
    expect(plan(['2024/a.log', '2024/b.log'], { group: /^.*\/(\d+)\/.*(\.log)$/ })).toEqual({
      '2024.log': ['2024/a.log', '2024/b.log'],
    })
  })
  it('goes on in another file at a size', () => {
    const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}-2024-01-02.gz`)
    const sized = plan(names, { group: days, targetBytes: 15 })
    expect(Object.entries(sized).map(([name, members]) => [name, members.length])).toEqual([
      ['2024-01-020.gz', 2],
      ['2024-01-021.gz', 2],
      ['2024-01-022.gz', 1],
    ])
    expect(Object.keys(plan(names, { group: days, targetBytes: 50 }))).toEqual(['2024-01-02.gz'])
  })
  it('has the extension of its packing, and numbers', () => {
    expect(Object.keys(plan(['a.gz', 'b'], { codec: 'gzip' }))).toEqual(['a.gz', 'b.gz'])
    expect(Object.keys(plan(['a.gz', 'b'], { codec: 'none' }))).toEqual(['a', 'b'])
    expect(Object.keys(plan(['d/a', 'd/b'], { numberFrom: 7 }))).toEqual(['d/7a', 'd/8b'])
  })
  it('is refused when it would be garbage, or be lost', () => {
    expect(() => plan(['a-2024-01-02', '2024-01-02.gz'], { group: days })).toThrow('outputCodec')
    expect(() => plan(['a.bz2'], { codec: 'none' })).toThrow('only gzip is known')
    expect(() => plan(['a', 'a.gz'], { codec: 'none' })).toThrow('two files would become a:')
    expect(() => plan(['x'], { group: /^.*(y?)x$/ })).toThrow('gives s3://b/in/x no name')
  })
})

test('every file of a group is in one output, whatever the order and the size', () => {
  const name = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.nat(200)).map(([g, n]) => `g${g}/f${n}`)
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.record({ name, size: fc.nat(100) }), { selector: (s) => s.name }),
      fc.option(fc.integer({ min: 1, max: 150 }), { nil: undefined }),
      (files, targetBytes) => {
        const all = files.map((file) => ({ ...file, uri: `s3://b/${file.name}` }))
        const options = { ...PLAIN, group: /^.*\/(g\d)\/.*$/, targetBytes }
        const outputs = planCopies(all, options)
        expect(outputs).toEqual(planCopies(all.toReversed(), options))
        const used = outputs.flatMap((output) => output.sources.map((s) => s.name))
        expect(used.toSorted()).toEqual(all.map((s) => s.name).toSorted())
        expect(new Set(outputs.map((output) => output.name)).size).toBe(outputs.length)
        for (const output of outputs) {
          const [first] = output.sources
          expect(output.sources.every((s) => s.name.slice(0, 2) === first!.name.slice(0, 2))).toBe(
            true,
          )
          const before = output.sources.slice(0, -1).reduce((sum, s) => sum + s.size, 0)
          if (targetBytes !== undefined) expect(before).toBeLessThan(targetBytes)
        }
      },
    ),
  )
})

test('a manifest is read as it was written', async () => {
  const entry = fc.record({
    path: fc.string({ unit: 'grapheme' }),
    baseName: fc.string(),
    srcDir: fc.string(),
    size: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(entry), async (entries) => {
      expect(await readManifest(await packManifest(entries), 'm.gz')).toEqual(entries)
    }),
    { numRuns: 30 },
  )
  for (const text of ['{"path":1}', 'null', '{'])
    await expect(readManifest(Buffer.from(`\n${text}\n`), 'm')).rejects.toThrow(
      'm, line 2 is no line',
    )
  await expect(readManifest(Buffer.from([0x1f, 0x8b, 1]), 'm')).rejects.toThrow('no whole gzip')
})

test('options that do not go together are refused', () => {
  const at = { src: 's3://a', dest: 's3://b' }
  expect(() => copyPatterns({ ...at, groupBy: '.*' })).toThrow('no parentheses')
  expect(() => copyPatterns({ ...at, groupBy: '(' })).toThrow('no regular expression')
  expect(() => copyPatterns({ ...at, targetBytes: 1 })).toThrow('give both')
  expect(() => copyPatterns({ ...at, copyFromManifest: true })).toThrow('give previousManifest')
  const { source } = copyPatterns({ ...at, srcPattern: '.*daemons.*-hadoop-.*' })
  expect(source?.test('s3://a/daemons/i-1-hadoop-x')).toBe(true)
  expect(copyPatterns({ ...at, srcPattern: 'daemons' }).source?.test('s3://a/daemons')).toBe(false)
})
