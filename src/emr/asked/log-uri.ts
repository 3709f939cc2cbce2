import { invalid } from '../errors.js'

/**
 * Where logs are to go.
 * @throws AwsError for a text that is no place: `s3://bucket/prefix`, or on this machine `file:///path`
 */
export function checkLogUri(uri: string | undefined): string | undefined {
  if (uri === undefined || uri === '') return undefined
  if (/^s3[an]?:\/\/[a-z0-9][a-z0-9._-]{1,62}(?:\/|$)/i.test(uri))
    return uri.replace(/^s3[an]?:/i, 's3:')
  if (/^file:\/\/\/./.test(uri)) return uri
  throw invalid(`Log URI '${uri.slice(0, 200)}' is not valid: give s3://bucket/prefix.`)
}
