/** A JSON value with its spelling: `raw` of a string or number is what stands in the text. */
export type Json =
  | { readonly kind: 'scalar'; readonly raw: string }
  | { readonly kind: 'array'; readonly items: readonly Json[] }
  | { readonly kind: 'object'; readonly members: readonly Member[] }

/** Key as spelled, with its quotes. */
export type Member = readonly [key: string, value: Json]

export const scalar = (raw: string): Json => ({ kind: 'scalar', raw })
export const object = (members: readonly Member[]): Json => ({ kind: 'object', members })
export const array = (items: readonly Json[]): Json => ({ kind: 'array', items })

/** Writes JSON with whatever `gap` gives between its tokens. */
export function spell(value: Json, gap: () => string = () => ''): string {
  switch (value.kind) {
    case 'scalar':
      return value.raw
    case 'array':
      return `[${gap()}${value.items.map((v) => spell(v, gap)).join(`${gap()},${gap()}`)}${gap()}]`
    case 'object': {
      const members = value.members.map(([k, v]) => `${k}${gap()}:${gap()}${spell(v, gap)}`)
      return `{${gap()}${members.join(`${gap()},${gap()}`)}${gap()}}`
    }
  }
}

/** Text that UTF-8 can hold: half of a surrogate pair becomes U+FFFD. */
export function wellFormed(value: string): string {
  return Buffer.from(value).toString()
}

/** What a spelled string says. */
export function unquoted(raw: string): string {
  return wellFormed(JSON.parse(raw) as string)
}

/** Compact JSON text; an escape that names half of a surrogate pair names U+FFFD instead. */
export function compactText(value: Json): string {
  return spell(value).replace(
    /(\\u[dD][89abAB][0-9a-fA-F]{2})(\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\[^u]|\\u[0-9a-fA-F]{4}/g,
    (all, high: string | undefined) =>
      high === undefined && /^\\u[dD][89a-fA-F]/.test(all) ? '\\ufffd' : all,
  )
}
