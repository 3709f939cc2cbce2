import { tokenize } from './lexer.js'

/** Gives the text of a call from those of its arguments; undefined: leave the call as it is. */
export type CallRule = (args: readonly string[]) => string | undefined

/**
 * Rewrites calls of functions in SQL text, the inner ones first.
 * @example rewriteCalls('concat(a, b)', { concat: (args) => `(${args.join(' || ')})` }) // '(a || b)'
 */
export function rewriteCalls(sql: string, rules: Readonly<Record<string, CallRule>>): string {
  const tokens = tokenize(sql)
  let text = ''
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    const rule = token?.kind === 'word' ? rules[token.text.toLowerCase()] : undefined
    const open = tokens[i + 1]?.kind === 'space' ? i + 2 : i + 1
    const args = rule && tokens[open]?.text === '(' ? argumentsAt(tokens, open) : undefined
    if (!rule || !args) {
      text += token?.text ?? ''
      continue
    }
    const inner = args.texts.map((a) => rewriteCalls(a, rules))
    text += rule(inner) ?? `${token?.text ?? ''}(${inner.join(', ')})`
    i = args.end
  }
  return text
}

/** The arguments in the parentheses that open there, trimmed; undefined when they do not close. */
function argumentsAt(
  tokens: readonly { readonly text: string }[],
  open: number,
): { readonly texts: readonly string[]; readonly end: number } | undefined {
  const texts: string[] = ['']
  let depth = 0
  for (let i = open; i < tokens.length; i++) {
    const text = tokens[i]?.text ?? ''
    if (/^[([{]$/.test(text)) depth++
    if (/^[)\]}]$/.test(text)) depth--
    if (depth === 0) {
      const trimmed = texts.map((t) => t.trim())
      return { texts: trimmed.length === 1 && trimmed[0] === '' ? [] : trimmed, end: i }
    }
    if (depth === 1 && text === ',') texts.push('')
    else if (i > open) texts.push(`${texts.pop() ?? ''}${text}`)
  }
  return undefined
}
