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
 * and passwords in URLs. Words that are no text stay.
 */
export function redactWords<T>(words: readonly T[]): (T | string)[] {
  return words.map((word, i) => {
    if (typeof word !== 'string') return word
    const before = words[i - 1]
    const asked = typeof before === 'string' && /^--?[^=\s]+$/.test(before) && isSecretName(before)
    return asked ? HIDDEN : redactText(word)
  })
}

/** A text without the password that it is, as `name=value`, and without those of URLs in it. */
export function redactText(text: string): string {
  const [, name = '', rest = ''] = /^(-{0,2}[\w.-]{1,200})=(.*)$/s.exec(text) ?? []
  if (rest !== '' && isSecretName(name)) return `${name}=${HIDDEN}`
  return text
    .replace(/([a-z][a-z0-9+.-]{0,20}:\/\/[^/\s:@]{1,100}):[^/\s@]{1,1000}@/gi, `$1:${HIDDEN}@`)
    .replace(/([?&]X-Amz-(?:Signature|Security-Token)=)[^&\s]{1,4000}/gi, `$1${HIDDEN}`)
}

/**
 * A line of a log without what follows the name of a secret, and without the passwords of URLs.
 * @example redactLine('login failed: password=hush') // 'login failed: password=HIDDEN_…'
 */
export function redactLine(line: string): string {
  const text = redactText(line)
  const value = /"[^"]{1,1000}"|'[^']{1,1000}'|[^\s,;&"']{1,1000}/y
  let [clean, at] = ['', 0]
  for (const { 0: all, 1: name = '', index } of text.matchAll(NAME)) {
    if (index < at || !isSecretName(name)) continue
    value.lastIndex = index + all.length
    if (!value.test(text)) continue
    clean += text.slice(at, index) + all + HIDDEN
    at = value.lastIndex
  }
  return clean + text.slice(at)
}

/** What a value follows. */
const NAME = /([\w.-]{1,200})["']?\s{0,3}[=:]\s{0,3}/g
