import { createHmac } from 'node:crypto'
import { HeadrigError, reasonOf } from '../../core/errors.js'
import { version } from '../../core/version.js'
import type { Webhook } from './rules.js'

const TIMEOUT_MS = 10_000

/**
 * Sends a message to a webhook, once. Redirects are not followed: a message goes where the settings say and
 * nowhere else. With a secret the header `X-Headrig-Signature: t=<seconds>,v1=<hex>` is the HMAC-SHA256 of
 * `<seconds>.<body>`.
 * @throws HeadrigError `unavailable` for every answer but 2xx, and for none in ten seconds
 */
export async function postWebhook(
  { url, secret }: Webhook,
  body: string,
  { now, signal }: { readonly now: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': `headrig/${version()}`,
        ...(secret !== undefined && { 'x-headrig-signature': signatureOf(secret, body, now) }),
      },
      body,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    // Nobody reads what it says, however much that is.
    await answer.body?.cancel()
    if (!answer.ok) throw new Error(`it answers ${answer.status}`)
  } catch (error) {
    throw new HeadrigError('unavailable', `webhook at ${new URL(url).host}: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}

/** What proves that a message is ours, and when it was sent. */
export function signatureOf(secret: string, body: string, now: number): string {
  const seconds = Math.floor(now / 1000)
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${mac}`
}
