import type { AstNode } from '../ast.js'
import { jsonValue } from './cast.js'
import type { Env, Order } from './emit.js'

/** What an ORDER BY lists, nulls last unless it says otherwise. */
export function ordersOf(modifier: AstNode | null | undefined, env: Env): Order[] {
  return ((modifier?.['orders'] ?? []) as AstNode[]).map((order) => ({
    value: env.expr(order['expression'] as AstNode),
    descending: order.type === 'DESCENDING',
    nullsFirst: /FIRST/.test(String(order['null_order'])),
  }))
}

/** The list of an ORDER BY. */
export function orderText(orders: readonly Order[]): string {
  return orders
    .map(
      ({ value, descending, nullsFirst }) =>
        `${jsonValue(value)} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`,
    )
    .join(', ')
}
