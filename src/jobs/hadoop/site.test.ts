import { expect, test } from 'vitest'
import { siteXml } from './site.js'

test('settings become XML, whatever they hold', () => {
  expect(siteXml({ 'a.b': '<x>&"\u0000', c: 'new\nline' }, {})).toBe(
    '<?xml version="1.0"?>\n<configuration>\n' +
      '<property><name>a.b</name><value>&lt;x&gt;&amp;"</value></property>\n' +
      '<property><name>c</name><value>new\nline</value></property>\n</configuration>\n',
  )
})

test('what is final cannot be given in another way', () => {
  expect(siteXml({ a: '1', b: '2' }, { a: '3' })).toBe(
    '<?xml version="1.0"?>\n<configuration>\n' +
      '<property><name>b</name><value>2</value></property>\n' +
      '<property><name>a</name><value>3</value><final>true</final></property>\n</configuration>\n',
  )
})
