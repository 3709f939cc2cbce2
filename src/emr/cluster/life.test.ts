import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test, vi } from 'vitest'
import { silentLogger } from '../../core/logger.js'
import { StepRunner } from '../../jobs/runner.js'
import { hasEnded } from '../../jobs/step.js'
import { openState, type State } from '../../state/state.js'
import { clusterFrom } from '../asked/cluster.js'
import { groupsFrom } from '../asked/groups.js'
import { stepsFrom } from '../asked/steps.js'
import { bringUpWith, endBootstrap } from '../nodes/bring-up.js'
import { LocalNodes } from '../nodes/local.js'
import { isActive, isOver, type ActionOnFailure, type ClusterState } from './documents.js'
import { Documents } from './documents-store.js'
import { ClusterLife } from './life.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-life-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** What may follow what, as the manual of AWS draws it. */
const LEGAL: Readonly<Record<ClusterState, readonly ClusterState[]>> = {
  STARTING: ['BOOTSTRAPPING', 'TERMINATING'],
  BOOTSTRAPPING: ['RUNNING', 'WAITING', 'TERMINATING'],
  RUNNING: ['WAITING', 'TERMINATING'],
  WAITING: ['RUNNING', 'TERMINATING'],
  TERMINATING: ['TERMINATED', 'TERMINATED_WITH_ERRORS'],
  TERMINATED: [],
  TERMINATED_WITH_ERRORS: [],
}

type Event =
  | { readonly do: 'add'; readonly action: ActionOnFailure }
  | { readonly do: 'finish'; readonly pick: number; readonly well: boolean }
  | { readonly do: 'cancel'; readonly pick: number }
  | { readonly do: 'resize'; readonly count: number }
  | { readonly do: 'lose'; readonly pick: number }
  | { readonly do: 'concurrency'; readonly level: number }
  | { readonly do: 'keep'; readonly keepAlive: boolean; readonly terminationProtected: boolean }
  | { readonly do: 'rest' }
  | { readonly do: 'kill' }
  | { readonly do: 'terminate' }

const pick = fc.nat(20)
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      action: fc.constantFrom<ActionOnFailure>(
        ...(['CONTINUE', 'CONTINUE', 'CANCEL_AND_WAIT', 'TERMINATE_CLUSTER'] as const),
      ),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({ do: fc.constant('finish' as const), pick, well: fc.boolean() }),
  },
  { weight: 12, arbitrary: fc.constant({ do: 'rest' as const }) },
  fc.record({ do: fc.constant('cancel' as const), pick }),
  fc.record({ do: fc.constant('resize' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('lose' as const), pick }),
  fc.record({ do: fc.constant('concurrency' as const), level: fc.constantFrom(1, 1, 3) }),
  fc.record({
    do: fc.constant('keep' as const),
    keepAlive: fc.constantFrom(true, true, true, false),
    terminationProtected: fc.boolean(),
  }),
  { weight: 3, arbitrary: fc.constant({ do: 'kill' as const }) },
  fc.constant({ do: 'terminate' as const }),
)

/** A server that can be killed: from then on nothing that it still does is written or started. */
class Server {
  readonly documents: Documents
  readonly life: ClusterLife
  /** How to end the steps that run. */
  readonly running = new Map<string, (well: boolean) => void>()
  #runner: StepRunner | undefined
  #isDead = false

  constructor(
    state: State,
    folder: string,
    starts: string[],
    moves: [ClusterState, ClusterState][],
  ) {
    this.documents = new Documents(
      this.#mortal(state, () => {
        throw new Error('killed')
      }),
    )
    const nodes = new LocalNodes({
      folder: join(folder, 'nodes'),
      places: {
        home: undefined,
        jars: undefined,
        enginesFolder: join(folder, 'engines'),
        clustersFolder: join(folder, 'clusters'),
        env: {},
      },
      mostWorkers: 2,
      sparkConf: async () => ({}),
      sparkEnv: () => ({}),
      protection: async () => ({}),
      logger: silentLogger,
    })
    const life: ClusterLife = new ClusterLife({
      documents: this.documents,
      nodes,
      bringUp: bringUpWith({
        documents: this.documents,
        nodes,
        now: Date.now,
        attempt: {
          launch: () => Promise.reject(new Error('there are no bootstrap actions')),
          environment: async () => ({}),
          logs: () => undefined,
        },
        release: () => undefined,
        changed: (id) => life.kick(id),
        failed: (instance, reason) => life.fail(instance, reason),
      }),
      cleanUp: endBootstrap,
      storeLogs: async () => undefined,
      now: Date.now,
      logger: silentLogger,
    })
    this.life = life
    life.on(({ state: now }, before) => {
      if (!this.#isDead) moves.push([before, now])
    })
    this.open = async () => {
      this.#runner = await StepRunner.open({
        state: this.#mortal(state, () => undefined),
        folder: join(folder, 'steps'),
        now: Date.now,
        concurrency: (id) => (this.#isDead ? 0 : life.concurrency(id)),
        onEnd: ({ spec }) => life.kick(spec.cluster),
        launch: async ({ id }) => {
          if (this.#isDead) return new Promise(() => undefined)
          starts.push(id)
          return {
            kind: 'work',
            run: (_say, signal) =>
              new Promise((resolve, reject) => {
                this.running.set(id, (well) => (well ? resolve() : reject(new Error('failed'))))
                signal.addEventListener('abort', () => reject(new Error('cancelled')))
              }),
          }
        },
      })
      life.start(this.#runner)
    }
  }

  readonly open: () => Promise<void>

  get runner(): StepRunner {
    return this.#runner!
  }

  kill(): void {
    this.#isDead = true
  }

  #mortal(state: State, atWrite: () => void): State {
    const dies = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (of, name) => {
          const value: unknown = Reflect.get(of, name)
          if (typeof value !== 'function') return value
          return (...args: unknown[]): unknown =>
            this.#isDead && (name === 'put' || name === 'delete')
              ? atWrite()
              : (value.apply(of, args) as unknown)
        },
      })
    return { ...state, collection: <T>(kind: string) => dies(state.collection<T>(kind)) }
  }
}

/** Until nothing happens by itself: the nodes are up, or the cluster is over, and what may run runs. */
async function rest({ documents, runner, running }: Server, id: string): Promise<void> {
  const isCalm = (): boolean => {
    const { state } = documents.cluster(id)!
    const steps = runner.list(id).filter((step) => !hasEnded(step.state))
    if (isOver(state)) return true
    return (
      (state === 'RUNNING' || state === 'WAITING') &&
      steps.every((step) => step.state === 'PENDING' || running.has(step.spec.id)) &&
      (steps.length === 0 || running.size > 0)
    )
  }
  await vi.waitUntil(isCalm, { timeout: 20_000, interval: 2 })
}

test('whatever happens, and whenever the server is killed: no illegal change, no step lost or run twice', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 20, maxLength: 40 }), async (events) => {
      const folder = join(root, String(run++))
      const state = openState(join(folder, 'state.db'))
      const starts: string[] = []
      const moves: [ClusterState, ClusterState][] = []
      let server = new Server(state, folder, starts, moves)
      await server.open()
      const instances = {
        KeepJobFlowAliveWhenNoSteps: true,
        MasterInstanceType: 'm5.xlarge',
        InstanceCount: 2,
      }
      const cluster = clusterFrom({ Name: 'x', Instances: instances }, 1, 0)
      const { id } = cluster
      server.documents.putCluster(cluster)
      for (const [i, group] of groupsFrom(instances, cluster, 0).entries())
        server.documents.groups.put({ ...group, cluster: id, order: i + 1 })
      server.life.kick(id)
      const added: string[] = []
      const happen = async (what: Event): Promise<void> => {
        const { documents, runner, life, running } = server
        const now = documents.cluster(id)!
        switch (what.do) {
          case 'add': {
            if (!isActive(now.state)) return
            const step = { Name: 's', ActionOnFailure: what.action, HadoopJarStep: { Jar: 'x' } }
            const [made] = stepsFrom([step], now, documents.steps.next(id))
            documents.steps.put(made!.doc)
            runner.submit([made!.spec])
            added.push(made!.doc.id)
            return life.advance(id)
          }
          case 'finish': {
            const [step, end] = [...running][what.pick % Math.max(1, running.size)] ?? []
            if (step === undefined) return
            running.delete(step)
            return end!(what.well)
          }
          case 'cancel': {
            const step = added[what.pick % Math.max(1, added.length)]
            if (step !== undefined) runner.cancel(step, 'kill')
            return
          }
          case 'resize': {
            const core = documents.groups.of(id).find(({ role }) => role === 'CORE')!
            if (isActive(now.state)) documents.groups.put({ ...core, requested: what.count })
            return life.kick(id)
          }
          case 'lose': {
            const core = documents.instances.of(id).filter(({ role }) => role === 'CORE')
            const lost = core[what.pick % Math.max(1, core.length)]
            if (lost) life.retire([lost.id], { reason: { message: 'lost' }, graceMs: 0 })
            return
          }
          case 'concurrency':
            documents.changeCluster(id, { stepConcurrency: what.level })
            runner.wake(id)
            return
          case 'keep': {
            const { keepAlive, terminationProtected } = what
            documents.changeCluster(id, { keepAlive, terminationProtected })
            return life.kick(id)
          }
          case 'rest':
            return rest(server, id)
          case 'kill':
            server.kill()
            server = new Server(state, folder, starts, moves)
            return server.open()
          case 'terminate':
            return life.terminate(id, 'TERMINATED', { code: 'USER_REQUEST', message: 'enough' })
        }
      }
      for (const what of events) {
        await happen(what)
        const { stepConcurrency, state: now } = server.documents.cluster(id)!
        const busy = server.runner.list(id).filter((one) => one.state === 'RUNNING')
        if (now === 'STARTING' || now === 'BOOTSTRAPPING' || isOver(now)) expect(busy).toEqual([])
        expect(busy.length).toBeLessThanOrEqual(Math.max(stepConcurrency, 3))
      }
      server.life.terminate(id, 'TERMINATED', { code: 'USER_REQUEST', message: 'the end' })
      await server.life.over(id)
      for (const [before, now] of moves) expect(LEGAL[before]).toContain(now)
      const ended = server.runner.list(id)
      expect(ended.map(({ spec }) => spec.id)).toEqual(added)
      expect(ended.every((step) => hasEnded(step.state))).toBe(true)
      expect(new Set(starts).size).toBe(starts.length)
      // What never started did not end as if it had.
      for (const { spec, state: how } of ended)
        if (how === 'COMPLETED') expect(starts).toContain(spec.id)
      for (const one of server.documents.instances.of(id)) expect(one.state).toBe('TERMINATED')
      for (const one of server.documents.groups.of(id)) expect(one.state).toBe('TERMINATED')
      server.kill()
      await server.life.close()
      // The state stays open: a killed server may still look at it.
    }),
    { numRuns: 12 },
  )
}, 120_000)
