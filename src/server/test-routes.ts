import type { Context, Hono } from 'hono'
import { ERROR_KINDS, HeadrigError } from '../core/errors.js'
import { isLoopback, plainAddress } from '../core/loopback.js'
import type { HttpEnv, TestHooks } from './http-options.js'

/** What tests of clients may do, from this machine alone. */
export function testRoutes(app: Hono<HttpEnv>, { reset, interrupt }: TestHooks): void {
  app.use('/_headrig/*', async (c, next) => {
    // A page in a browser of this machine is not a test.
    if (!isFromHere(c) || c.req.header('origin') !== undefined)
      return c.json({ error: 'forbidden: only from this machine' }, 403)
    return next()
  })
  app.post('/_headrig/reset', async (c) => {
    await reset()
    return c.json({ status: 'reset' })
  })
  app.post('/_headrig/interrupt', async (c) => {
    try {
      return c.json({ instanceIds: interrupt(await c.req.json().catch(() => undefined)) })
    } catch (error) {
      if (!(error instanceof HeadrigError)) throw error
      return c.json({ error: error.message }, ERROR_KINDS[error.kind].status)
    }
  })
}

/** Whether a request comes from this machine. */
export function isFromHere(c: Context<HttpEnv>): boolean {
  return isLoopback(plainAddress(c.env.incoming.socket.remoteAddress ?? ''))
}
