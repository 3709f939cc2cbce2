import type { SparkWork } from '../cluster.js'
import { masterPage, masterState, workersOf, type WorkerView } from './master-view.js'

/** `Executor Limit: 5 (2 granted)` on the page of an application; `Unlimited` without dynamic allocation. */
const EXECUTORS = /Executor Limit:\s*<\/strong>\s*(Unlimited|\d+)\s*\((\d+) granted\)/

/**
 * What a standalone master has to do, from its web interface; undefined while it does not answer.
 * @param ours the workers that there are to be: those that were taken out are dead to the master, and not lost
 */
export async function askWork(
  uiPort: number,
  ours: readonly Pick<WorkerView, 'host' | 'port'>[],
): Promise<SparkWork | undefined> {
  const state = await masterState(uiPort)
  if (!state) return undefined
  const workers = workersOf(state)
  const active = appsOf(state, 'activeapps')
  const ended = appsOf(state, 'completedapps').map((app) => String(app['state']))
  const count = (of: string): number => ended.filter((word) => word === of).length
  const apps = await Promise.all(active.map((app) => executorsOf(uiPort, String(app['id']))))
  if (apps.includes(undefined)) return undefined
  const known = apps.filter((app) => app !== undefined)
  return {
    workers: workers.filter((worker) => worker.state === 'ALIVE').length,
    lostWorkers: workers.filter(
      ({ state: is, host, port }) =>
        is === 'DEAD' && ours.some((worker) => worker.host === host && worker.port === port),
    ).length,
    memoryMiB: Number(state['memory'] ?? 0),
    memoryUsedMiB: Number(state['memoryused'] ?? 0),
    executors: sum(known.map(({ granted }) => granted)),
    pendingExecutors: sum(known.map(({ pending }) => pending)),
    runningApps: known.filter(({ granted }) => granted > 0).length,
    pendingApps: known.filter(({ granted, pending }) => granted === 0 && pending > 0).length,
    completedApps: count('FINISHED'),
    failedApps: count('FAILED'),
    killedApps: count('KILLED'),
  }
}

async function executorsOf(
  uiPort: number,
  id: string,
): Promise<{ readonly granted: number; readonly pending: number } | undefined> {
  const page = await masterPage(uiPort, `/app/?appId=${encodeURIComponent(id)}`)
  return page === undefined ? undefined : readExecutors(page)
}

/** How many executors an application has and waits for, from its page; undefined for another page. */
export function readExecutors(
  page: string,
): { readonly granted: number; readonly pending: number } | undefined {
  const [, limit, text] = EXECUTORS.exec(page) ?? []
  if (limit === undefined || text === undefined) return undefined
  const granted = Number(text)
  // Without a limit it takes what it can get: it waits when it has got nothing.
  const pending = limit === 'Unlimited' ? (granted === 0 ? 1 : 0) : Number(limit) - granted
  return { granted, pending: Math.max(0, pending) }
}

function appsOf(
  state: Readonly<Record<string, unknown>>,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  return (state[name] ?? []) as readonly Record<string, unknown>[]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
