import { expect, test } from 'vitest'
import { linkIn, mirrorIn, sourceOf } from './source.js'

test('user and password become a header, and are never shown', () => {
  expect(sourceOf('https://ada:p%40ss@host.example/simple')).toEqual({
    base: 'https://host.example/simple/',
    authorization: `Basic ${Buffer.from('ada:p@ss').toString('base64')}`,
  })
  expect(sourceOf('http://host.example/a/')).toEqual({ base: 'http://host.example/a/' })
  expect(() => sourceOf('ftp://ada:secret@host/x')).toThrow(/^"ftp:\/\/\*\*\*@host\/x" is no http/)
})

test.each([
  ['central', 'a'],
  ['*', 'a'],
  ['external:*', 'a'],
  ['x , central', 'a'],
  ['*,!central', undefined],
  ['other', undefined],
])('a mirror of %j', (of, url) => {
  expect(
    mirrorIn(`<settings><!-- <mirror><url>no</url><mirrorOf>*</mirrorOf></mirror> -->
      <mirrors><mirror><id>1</id><url> a </url><mirrorOf>${of}</mirrorOf></mirror></mirrors>`),
  ).toBe(url)
})

test('a link of an index page', () => {
  const page = new URL('https://host.example/simple/pyspark/')
  const html = `<a href="../../files/pyspark-4.2.0.tar.gz#sha256=00">pyspark-4.2.0.tar.gz</a>
    <a data-x="1" href='https://cdn.example/p/pyspark-4.2.0.dev1.tar.gz?a=1&amp;b=2'>dev</a>`
  expect(linkIn(html, page, 'pyspark-4.2.0.tar.gz').href).toBe(
    'https://host.example/files/pyspark-4.2.0.tar.gz',
  )
  expect(linkIn(html, page, 'pyspark-4.2.0.dev1.tar.gz').search).toBe('?a=1&b=2')
  expect(() => linkIn(html, page, 'pyspark-4.3.0.tar.gz')).toThrow('has no pyspark-4.3.0.tar.gz')
})
