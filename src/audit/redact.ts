import type { Json } from '../wire/service.js'

/** What stands in place of a secret. */
export const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS'

const SECRET = /passw(?:or)?d|passphrase|secret|private[-_.]?key|session[-_.]?token|credentials?$/i
const TOKEN = /(?:^|[-_.a-z])token$/i
/** Tokens that let nobody in. */
const HARMLESS = /(?:next|client|request|page|marker)[-_.]?token$/i

/** Whether a member, an option or a property of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name) || (TOKEN.test(name) && !HARMLESS.test(name))
}

/**
 * Hides secrets among the words of a command: `--password x`, `password=x`, `-Dfs.s3a.secret.key=x`,
 * and passwords in URLs.
 */
export function redactWords(words: readonly Json[]): Json[] {
  return words.map((word, i) => {
    const before = words[i - 1]
    const asked = typeof before === 'string' && /^--?[^=\s]+$/.test(before) && isSecretName(before)
    return asked && typeof word === 'string' ? HIDDEN : redactText(word)
  })
}

/** A text without the passwords that stand in it as `name=value`, or in a URL. */
export function redactText(value: Json): Json {
  if (typeof value !== 'string') return value
  const [, name = '', rest = ''] = /^(-{0,2}[\w.-]{1,200})=(.*)$/s.exec(value) ?? []
  if (rest !== '' && isSecretName(name)) return `${name}=${HIDDEN}`
  return value
    .replace(/([a-z][a-z0-9+.-]{0,20}:\/\/[^/\s:@]{1,100}):[^/\s@]{1,1000}@/gi, `$1:${HIDDEN}@`)
    .replace(/([?&]X-Amz-(?:Signature|Security-Token)=)[^&\s]{1,4000}/gi, `$1${HIDDEN}`)
}
