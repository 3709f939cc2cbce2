import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from './open.js'

test.each([
  ['./lake', `file://${resolve('lake')}`],
  ['lake', `file://${resolve('lake')}`],
  ['/data/lake/', 'file:///data/lake'],
  ['/data/a%20b c', 'file:///data/a%20b c'],
  ['file:///data/lake/', 'file:///data/lake'],
  ['FILE://localhost/data', 'file:///data'],
  ['memory://test', 'memory://test'],
  ['s3://bucket', 's3://bucket'],
  ['s3://bucket/', 's3://bucket'],
  ['s3://bucket/a/b c/', 's3://bucket/a/b c'],
])('opens %s as %s, which opens as itself', (uri, expected) => {
  expect(openStore(uri).uri).toBe(expected)
  expect(openStore(expected).uri).toBe(expected)
})

test.each([
  ['', /is empty/],
  ['gs://bucket/x', /unknown scheme "gs": write a path, file:\/\/, s3:\/\/ or memory:\/\//],
  ['s3a://bucket/x', /unknown scheme "s3a"/],
  ['s3:bucket/x', /lacks its slashes: write s3:\/\//],
  ['s3:/bucket/x', /lacks its slashes/],
  ['s3://', /no bucket/],
  ['s3:///x', /no bucket/],
  ['s3://not a name/x', /no name of a bucket/],
  ['s3://arn:aws:s3:::logs', /no name of a bucket/],
  ['s3://bucket/a/../b', /could leave its store/],
  ['file://host/share', /names the host "host"/],
  ['memory://', /no name/],
  ['a\0b', /NUL/],
])('refuses %j and says what to write', (uri, message) => {
  expect(() => openStore(uri)).toThrow(
    expect.objectContaining({ kind: 'invalid', message: expect.stringMatching(message) as string }),
  )
})
