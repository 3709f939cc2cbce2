import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePage } from './list-page.js'

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
const TAIL = '</ListBucketResult>'

describe('a page of a listing', () => {
  test('is read as S3 writes it', () => {
    const page = parsePage(`${HEAD}<Name>logs</Name><Prefix></Prefix><KeyCount>2</KeyCount>
      <MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
      <NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=</NextContinuationToken>
      <Contents><Key>a+b/%C3%BC%2B.gz</Key><LastModified>2024-01-15T00:05:00.123Z</LastModified>
        <ETag>&quot;9b2cf535f27731c974343645a3985328-2&quot;</ETag><Size>434234</Size>
        <Owner><ID>75aa</ID><DisplayName>Key</DisplayName></Owner><StorageClass>STANDARD</StorageClass></Contents>
      <Contents><Key>plain</Key><Size>0</Size></Contents>
      <CommonPrefixes><Prefix>AWSLogs/</Prefix></CommonPrefixes>${TAIL}`)
    expect(page).toEqual({
      objects: [
        {
          key: 'a b/ü+.gz',
          size: 434_234,
          etag: '9b2cf535f27731c974343645a3985328-2',
          modified: Date.UTC(2024, 0, 15, 0, 5, 0, 123),
        },
        { key: 'plain', size: 0, etag: '', modified: 0 },
      ],
      folders: ['AWSLogs/'],
      next: '1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=',
    })
  })

  test('may be empty, and the last', () => {
    const nothing = { objects: [], folders: [], next: undefined }
    expect(parsePage(`${HEAD}<IsTruncated>false</IsTruncated>${TAIL}`)).toEqual(nothing)
    expect(parsePage('<ListBucketResult/>')).toEqual(nothing)
    const last = `<IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>`
    expect(parsePage(`${HEAD}${last}${TAIL}`)).toEqual(nothing)
  })

  test('of other services is read as well: other spellings of the same XML', () => {
    const page = parsePage(`<!-- <x> --><s3:ListBucketResult xmlns:s3="u"><s3:Contents a="1">
      <s3:Key><![CDATA[<a&b>+%41]]></s3:Key><s3:Size/><s3:ETag>&#34;x&#x22;</s3:ETag></s3:Contents>
      <Contents><Key>&lt;&amp;gt;&#x1F600;&#0;&unknown;&#9999999;</Key></Contents></s3:ListBucketResult>`)
    expect(page.objects.map((o) => o.key)).toEqual(['<a&b>+%41', '<&gt;😀\0&unknown;&#9999999;'])
    expect(page.objects[0]?.etag).toBe('x')
  })

  test('is none when it is something else', () => {
    for (const text of ['', '<html></html>', HEAD, `${HEAD}<Contents`, `${HEAD}<![CDATA[`])
      expect(() => parsePage(text), text).toThrow(SyntaxError)
  })

  test('gives back every key, and takes any text', () => {
    const escape = (key: string): string => key.replace(/[<>&]/g, (c) => `&#${c.codePointAt(0)};`)
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (keys) => {
        const contents = keys.map((k) => `<Contents><Key>${escape(k)}</Key></Contents>`).join('')
        expect(parsePage(HEAD + contents + TAIL).objects.map((o) => o.key)).toEqual(keys)
      }),
    )
    const piece = fc.constantFrom('<', '>', '/', 'Key', '!--', '-->', '<![CDATA[', '&#x', ';', HEAD)
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          parsePage(pieces.join(''))
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError)
        }
      }),
    )
  })
})
