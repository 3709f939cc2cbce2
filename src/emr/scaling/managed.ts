import type { Market } from '../cluster/documents.js'

/** The limits of a managed scaling policy, in units of its type. */
export interface ComputeLimits {
  readonly minimum: number
  readonly maximum: number
  readonly maximumOnDemand?: number
  readonly maximumCore?: number
}

/** Capacity that grows and shrinks by steps: an instance group, or one market of a fleet. */
export interface Pool {
  readonly id: string
  readonly role: 'CORE' | 'TASK'
  readonly market: Market
  /** Units of one step: 1, the virtual CPUs of an instance, … */
  readonly weight: number
  /** How many steps it is asked to have now. */
  readonly count: number
}

/** What was needed at a moment, in units. */
export interface Need {
  readonly time: number
  readonly units: number
}

/** How long less must be needed before nodes go: starting one again costs more than keeping it. */
export const CALM_MS = 5 * 60_000

/**
 * How many units there are to be: at once what is needed, and no less than what was needed in the last
 * five minutes; within the limits.
 */
export function managedTarget(
  { minimum, maximum }: ComputeLimits,
  needs: readonly Need[],
  now: number,
): number {
  const recent = needs.filter(({ time }) => time > now - CALM_MS && time <= now)
  const most = recent.reduce((units, need) => Math.max(units, need.units), 0)
  return Math.min(Math.max(most, minimum), maximum)
}

/**
 * Spreads units over the pools, from how they are now: core before task and On-Demand before Spot when it grows, the
 * other way around when it shrinks. One core node stays; limits are kept first of all.
 * @returns how many steps each pool is to have, by its id
 */
export function distribute(
  target: number,
  pools: readonly Pool[],
  limits: ComputeLimits,
): ReadonlyMap<string, number> {
  const counts = new Map(pools.map(({ id, count }) => [id, count]))
  const order = pools.toSorted((a, b) => rank(a) - rank(b))
  const units = (of: (pool: Pool) => boolean): number =>
    order.reduce((sum, pool) => sum + (of(pool) ? (counts.get(pool.id) ?? 0) * pool.weight : 0), 0)
  const caps: readonly (readonly [(pool: Pool) => boolean, number])[] = [
    [() => true, limits.maximum],
    [isCore, limits.maximumCore ?? limits.maximum],
    [isOnDemand, limits.maximumOnDemand ?? limits.maximum],
  ]
  const change = ({ id }: Pool, by: number): void => {
    counts.set(id, Math.max(0, (counts.get(id) ?? 0) + by))
  }
  const mayShrink = (pool: Pool): boolean =>
    (counts.get(pool.id) ?? 0) > 0 &&
    (!isCore(pool) || order.filter(isCore).reduce((n, { id }) => n + (counts.get(id) ?? 0), 0) > 1)
  for (const pool of order.toReversed())
    while (mayShrink(pool) && caps.some(([of, most]) => of(pool) && units(of) > most))
      change(pool, -1)
  for (const pool of order)
    while (
      units(() => true) < target &&
      caps.every(([of, most]) => !of(pool) || units(of) + pool.weight <= most)
    )
      change(pool, 1)
  for (const pool of order.toReversed())
    while (mayShrink(pool) && units(() => true) - pool.weight >= target) change(pool, -1)
  return counts
}

function rank(pool: Pool): number {
  return (isCore(pool) ? 0 : 2) + (isOnDemand(pool) ? 0 : 1)
}

function isCore({ role }: Pool): boolean {
  return role === 'CORE'
}

function isOnDemand({ market }: Pool): boolean {
  return market === 'ON_DEMAND'
}
