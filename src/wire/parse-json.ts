import { AwsError } from './aws-error.js'
import { LIMITS } from './limits.js'
import type { Json } from './service.js'

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/**
 * Reads the JSON of a request; an empty body is `{}`.
 * @throws AwsError `SerializationException` for what is no JSON, no UTF-8, or nested too deeply
 */
export function parseJson(body: Uint8Array): Json {
  if (body.length === 0) return {}
  try {
    const text = DECODER.decode(body)
    if (isDeep(text)) throw new Error(`it is nested deeper than ${LIMITS.depth}`)
    return JSON.parse(text) as Json
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : 'unreadable'
    throw new AwsError('SerializationException', `The body is no JSON that can be read: ${why}`, {
      cause: error,
    })
  }
}

/** Whether brackets outside of strings go too deep: told before anything is built. */
function isDeep(text: string): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (inString) {
      if (char === 0x5c) i++
      else if (char === 0x22) inString = false
    } else if (char === 0x22) inString = true
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > LIMITS.depth + 1) return true
    } else if (char === 0x7d || char === 0x5d) depth--
  }
  return false
}
