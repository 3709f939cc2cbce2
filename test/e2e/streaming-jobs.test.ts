// Hadoop Streaming as steps have it, on real Hadoop over a real S3 server.
import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aggregated, aggregateKeys } from '../support/aggregate.js'
import { streamingBed } from '../support/streaming.js'

const bed = await streamingBed()
afterAll(() => bed?.close())

const IN = ['-input', 's3://jobs/in']
const COUNTED = [...IN, '-mapper', 'cat', '-reducer', 'cat']
const out = (name: string): string[] => ['-output', `s3://jobs/${name}`]
const D = (...settings: string[]): string[] => settings.flatMap((setting) => ['-D', setting])

beforeAll(async () => {
  if (!bed) return
  await bed.put('in/a.gz', gzipSync('b 2\na 1\nb 3\n'))
  await bed.put('in/b', 'c 4\na 10\n')
})

describe.skipIf(!bed)('aggregate', () => {
  test('gives what another program computes, of every type', { timeout: 120_000 }, async () => {
    const seed = randomInt(2 ** 31)
    const keys = aggregateKeys(400, seed)
    const lines = keys.flatMap(({ spelling, id, values }) =>
      values.map((value) => `${spelling}:${id}\t${value}\n`),
    )
    for (const part of [0, 1, 2]) {
      const text = lines.filter((_, at) => at % 3 === part).join('')
      await bed!.put(`random/${part}.gz`, gzipSync(text))
    }
    const { record } = await bed!.run([
      'hadoop-streaming',
      '-mapper',
      'cat',
      '-reducer',
      'Aggregate',
      '-numReduceTasks',
      '2',
      '-input',
      's3://jobs/random',
      ...out('random-sums'),
    ])
    expect(record).toMatchObject({ state: 'COMPLETED', exitCode: 0 })
    const parts = await bed!.parts('random-sums')
    expect(parts).toHaveLength(2)
    expect(parts.flat().toSorted(), `seed ${seed}`).toEqual(keys.map(aggregated).toSorted())
  })
})

describe.skipIf(!bed)('a streaming step', () => {
  test('runs any program, with its files and variables', { timeout: 120_000 }, async () => {
    await bed!.put(
      'code/mapper.py',
      `#!/usr/bin/env python3
import os, sys
for line in sys.stdin:
    sys.stderr.write('reporter:counter:Lines,read,1\\n')
    sys.stderr.write('reporter:status:reading\\n')
    key, value = line.split()
    print(f"{key}\\t{value} {os.environ['WHO']} {open('names').read().strip()} {open('more/inner.txt').read().strip()} {sys.argv[1]}")
sys.stderr.write(os.path.basename(os.environ['mapreduce_map_input_file']) + ' was read\\n')
assert os.path.isdir(os.environ['TMPDIR'])
`,
    )
    await bed!.put('code/names.txt', 'some names\n')
    const files = mkdtempSync(join(tmpdir(), 'headrig-archive-'))
    writeFileSync(join(files, 'inner.txt'), 'packed\n')
    await bed!.put('code/more.tgz', execFileSync('tar', ['-czC', files, 'inner.txt']))
    rmSync(files, { recursive: true })
    const { record, log } = await bed!.run([
      'hadoop-streaming',
      '-files',
      's3://jobs/code/mapper.py,s3n://jobs/code/names.txt#names',
      '-D',
      'mapreduce.job.name=of mine',
      '-archives',
      's3://jobs/code/more.tgz#more',
      ...IN,
      ...out('programs'),
      '-cmdenv',
      'WHO=me',
      '-mapper',
      `mapper.py 'two words'`,
      '-combiner',
      'cat',
      '-reducer',
      'cat',
    ])
    expect(log('stderr')).toContain('a.gz was read\n')
    expect(log('stderr')).not.toContain('reporter:')
    expect(record.state).toBe('COMPLETED')
    expect((await bed!.parts('programs')).flat().toSorted()).toEqual([
      'a\t1 me some names packed two words',
      'a\t10 me some names packed two words',
      'b\t2 me some names packed two words',
      'b\t3 me some names packed two words',
      'c\t4 me some names packed two words',
    ])
    const syslog = log('syslog')
    expect(syslog).toContain('the cluster has no YARN')
    expect(syslog).toMatch(/ INFO org\.apache\.hadoop\.mapreduce\.Job \(main\): Counters: \d+/)
    expect(syslog).toMatch(/\n\tLines\n\t\tread=5\n/)
    expect(syslog).not.toContain(bed!.secret)
  })

  test('sorts by number, falling, into one packed file', { timeout: 120_000 }, async () => {
    const settings = D(
      'mapreduce.job.reduces=1',
      'mapreduce.output.fileoutputformat.compress=true',
      'mapreduce.output.fileoutputformat.compress.codec=org.apache.hadoop.io.compress.GzipCodec',
      'stream.map.output.field.separator= ',
      'stream.num.map.output.key.fields=2',
      'mapreduce.map.output.key.field.separator= ',
      'mapreduce.job.output.key.comparator.class=org.apache.hadoop.mapreduce.lib.partition.KeyFieldBasedComparator',
      'mapreduce.partition.keycomparator.options=-k2,2nr',
    )
    const { record } = await bed!.run(['hadoop-streaming', ...settings, ...COUNTED, ...out('sort')])
    expect(record.state).toBe('COMPLETED')
    expect((await bed!.store.head('sort/part-00000.gz'))?.size).toBeGreaterThan(0)
    expect(await bed!.parts('sort')).toEqual([['a 10\t', 'c 4\t', 'b 3\t', 'b 2\t', 'a 1\t']])
  })

  test('divides keys among reducers by some of their fields', { timeout: 120_000 }, async () => {
    const settings = D(
      'stream.map.output.field.separator= ',
      'stream.num.map.output.key.fields=2',
      'mapreduce.map.output.key.field.separator= ',
      'mapreduce.partition.keypartitioner.options=-k1,1',
    )
    const by = ['-partitioner', 'org.apache.hadoop.mapred.lib.KeyFieldBasedPartitioner']
    const { record } = await bed!.run([
      'hadoop-streaming',
      ...settings,
      ...COUNTED,
      ...by,
      '-numReduceTasks',
      '3',
      ...out('divided'),
    ])
    expect(record.state).toBe('COMPLETED')
    const parts = await bed!.parts('divided')
    expect(parts).toHaveLength(3)
    for (const key of ['a', 'b', 'c'])
      expect(parts.filter((lines) => lines.some((line) => line.startsWith(key)))).toHaveLength(1)
    expect(parts.flat().toSorted()).toEqual(['a 1\t', 'a 10\t', 'b 2\t', 'b 3\t', 'c 4\t'])
  })

  test('writes what maps give when there is no reducer', { timeout: 120_000 }, async () => {
    // The old jar of images without a release label, and names of settings of that time.
    const { record } = await bed!.run(
      [
        ...D('mapred.reduce.tasks=0', 'mapred.output.compress=true'),
        ...D('mapred.output.compression.codec=org.apache.hadoop.io.compress.GzipCodec'),
        '-input',
        's3://jobs/in/*',
        '-mapper',
        'cat',
        ...out('maps'),
      ],
      { jar: '/home/hadoop/contrib/streaming/hadoop-streaming.jar' },
    )
    expect(record.state).toBe('COMPLETED')
    expect((await bed!.parts('maps')).flat().toSorted()).toEqual([
      'a 1\t',
      'a 10\t',
      'b 2\t',
      'b 3\t',
      'c 4\t',
    ])
  })

  test('hands results on through HDFS, which is the cluster', { timeout: 120_000 }, async () => {
    const jar = 's3://jobs/code/hadoop-streaming-2.8.5-amzn-6.jar'
    const first = await bed!.run([...COUNTED, '-output', '/mid/1'], { jar })
    expect(first.record.state).toBe('COMPLETED')
    expect(existsSync(`${bed!.hdfs}/mid/1/_SUCCESS`)).toBe(true)
    const second = await bed!.run([
      'hadoop',
      'jar',
      '/usr/lib/hadoop-mapreduce/hadoop-streaming.jar',
      '-input',
      'hdfs:///mid/{1,2}',
      '-mapper',
      'cat',
      '-reducer',
      'NONE',
      ...out('last'),
    ])
    expect(second.record.state).toBe('COMPLETED')
    expect((await bed!.parts('last')).flat().toSorted()).toHaveLength(5)
  })
})
