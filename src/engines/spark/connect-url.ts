/**
 * The address with the token in it, as the client takes it; a token that is in the address wins.
 * @example connectUrl('sc://127.0.0.1:15002', 'secret') // 'sc://127.0.0.1:15002/;token=secret'
 */
export function connectUrl(url: string, token: string | undefined): string {
  if (token === undefined || /;token=/i.test(url)) return url
  const open = /^[a-z]+:\/\/[^/]*$/i.test(url) ? `${url}/` : url
  return `${open};token=${encodeURIComponent(token)}`
}
