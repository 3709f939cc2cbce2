import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitOptions, valuesOf, type Option, type OptionTable } from './options.js'

const TABLE: OptionTable = {
  values: { conf: '', file: '', 'py-files': '' },
  flags: { verbose: '' },
  short: { c: 'conf', f: 'file', v: 'verbose' },
}

test('options are read as they are written, up to the first other word', () => {
  const value = fc.string({ unit: 'grapheme' })
  const written = fc.oneof(
    fc.tuple(fc.constantFrom('conf', 'file', 'py-files'), value, fc.boolean()),
    fc.tuple(fc.constant('verbose'), fc.constant(''), fc.constant(false)),
  )
  const rest = fc.array(
    value.filter((word) => !word.startsWith('-')),
    { maxLength: 3 },
  )
  fc.assert(
    fc.property(fc.array(written), rest, fc.array(value), (options, words, more) => {
      const tail = words.length > 0 ? [...words, ...more] : []
      const args = options.flatMap(([name, text, joined]) => {
        if (name === 'verbose') return ['--verbose']
        return joined ? [`--${name}=${text}`] : [`--${name}`, text]
      })
      expect(splitOptions([...args, ...tail], TABLE, 'x')).toEqual({
        options: options.map(([name, text]): Option => [name, text]),
        rest: tail,
      })
    }),
  )
})

test('short names, several values, and mistakes', () => {
  const { options, rest } = splitOptions(['-v', '-c', 'a=b', '-c=c=d', 'x.py', '-f'], TABLE, 'x')
  expect(valuesOf(options, 'conf')).toEqual(['a=b', 'c=d'])
  expect(rest).toEqual(['x.py', '-f'])
  expect(() => splitOptions(['--file'], TABLE, 'hive')).toThrow('hive: --file lacks its value')
  expect(() => splitOptions(['--fiel', 'x'], TABLE, 'hive')).toThrow('did you mean "file"?')
  expect(() => splitOptions(['--constructor', 'x'], TABLE, 'hive')).toThrow('no option')
})
