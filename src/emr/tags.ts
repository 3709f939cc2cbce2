import { objectsOf, textOf } from '../wire/members.js'
import type { Json } from '../wire/service.js'
import { invalid } from './errors.js'

export type Tags = Readonly<Record<string, string>>

const MOST = 50
const KEY = 128
const VALUE = 256

/**
 * Tags as a request brings them.
 * @throws AwsError for one that AWS does not take
 */
export function tagsOf(input: Json | undefined): Tags {
  const tags: Record<string, string> = {}
  for (const tag of objectsOf(input)) {
    const key = textOf(tag['Key']) ?? ''
    const value = textOf(tag['Value']) ?? ''
    if (key === '' || key.length > KEY)
      throw invalid(`Tag key must be between 1 and ${KEY} characters long.`)
    if (value.length > VALUE)
      throw invalid(`Tag value must be at most ${VALUE} characters long (key '${key}').`)
    if (/^aws:/i.test(key))
      throw invalid(`Tag key '${key}' is not valid: keys with the prefix aws: are reserved.`)
    if (Object.hasOwn(tags, key)) throw invalid(`Tag key '${key}' is given more than once.`)
    Object.defineProperty(tags, key, { value, enumerable: true })
  }
  checkTagCount(tags)
  return tags
}

/** @throws AwsError for more tags than a resource may have */
export function checkTagCount(tags: Tags): void {
  if (Object.keys(tags).length > MOST) throw invalid(`A resource may have at most ${MOST} tags.`)
}

/** What policies may ask about the tags that a request brings: call it with what `access` is given. */
export function requestTagContext(
  input: Json | undefined,
): Readonly<Record<string, string | readonly string[]>> {
  const tags = objectsOf(input)
  const pairs = tags.map((tag) => [textOf(tag['Key']) ?? '', textOf(tag['Value']) ?? ''] as const)
  if (pairs.length === 0) return {}
  return {
    'aws:TagKeys': pairs.map(([key]) => key),
    ...Object.fromEntries(
      pairs.flatMap(([key, value]) => [
        [`elasticmapreduce:RequestTag/${key}`, value],
        [`aws:RequestTag/${key}`, value],
      ]),
    ),
  }
}
