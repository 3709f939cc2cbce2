import { randomUUID, timingSafeEqual, createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { messageOf } from '../core/errors.js'
import { version } from '../core/version.js'
import { awsEndpoint } from './aws-endpoint.js'
import type { HttpAppOptions, HttpEnv } from './http-options.js'
import { isFromHere, testRoutes } from './test-routes.js'

/** Every route of the server. */
export function httpApp(options: HttpAppOptions): RequestListener {
  const { metrics, problem, isDraining, metricsToken, test } = options
  const app = new Hono<HttpEnv>()
  const aws = awsEndpoint(options)
  app.get('/health', (c) => c.json({ status: 'ok', version: version() }))
  app.get('/ready', (c) => {
    const reason = isDraining() ? 'the server is stopping' : problem()
    return reason === undefined
      ? c.json({ status: 'ready' })
      : c.json({ status: 'not ready', reason }, 503)
  })
  app.get('/metrics', async (c) => {
    if (!isFromHere(c) && !hasToken(c, metricsToken))
      return c.json({ error: 'forbidden: send the metrics token as a bearer token' }, 403)
    return c.body(await metrics.text(), 200, { 'content-type': metrics.contentType })
  })
  if (test) testRoutes(app, test)
  app.notFound((c) =>
    c.json({ error: `not found: ${c.req.method} ${c.req.path.slice(0, 200)}` }, 404),
  )
  app.onError((error, c) => {
    const requestId = randomUUID()
    options.logger.warn('a request failed', { requestId, cause: error.stack ?? error.message })
    return c.json({ error: 'internal error: see the log of the server', requestId }, 500)
  })
  const others = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  return (incoming, outgoing) =>
    void (incoming.method === 'POST' && /^\/(?:\?|$)/.test(incoming.url ?? '')
      ? aws(incoming, outgoing).catch((error: unknown) => {
          options.logger.warn('an answer failed', { cause: messageOf(error) })
          incoming.destroy()
        })
      : others(incoming, outgoing))
}

function hasToken(c: Context<HttpEnv>, token: string | undefined): boolean {
  if (!token) return false
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(c.req.header('authorization') ?? ''), digest(`Bearer ${token}`))
}
