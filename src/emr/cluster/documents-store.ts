import type { Collection } from '../../state/collection.js'
import type { State } from '../../state/state.js'
import {
  isOver,
  type ClusterDocument,
  type FleetDocument,
  type GroupDocument,
  type InstanceDocument,
  type StepDocument,
} from './documents.js'

/** What clusters are listed by. */
const LIVE = 'live'
const OVER = 'over'

interface OfCluster {
  readonly id: string
  readonly cluster: string
  readonly order: number
}

/** Documents that belong to clusters, each written whole. */
export class ClusterPart<T extends OfCluster> {
  readonly #docs: Collection<T>

  constructor(docs: Collection<T>) {
    this.#docs = docs
  }

  get(id: string): T | undefined {
    return this.#docs.get(id)
  }

  /** In the order in which they were made. */
  of(cluster: string): readonly T[] {
    return this.#docs.list({ parent: cluster })
  }

  put(doc: T): T {
    this.#docs.put(doc.id, doc, { parent: doc.cluster, position: doc.order })
    return doc
  }

  /** Changes one that is there; what it has become. */
  change(id: string, change: Partial<T>): T | undefined {
    const doc = this.#docs.get(id)
    return doc && this.put({ ...doc, ...change })
  }

  /** The `order` of the next one of a cluster. */
  next(cluster: string): number {
    const [last] = this.#docs.list({ parent: cluster, order: 'desc', limit: 1 })
    return (last?.order ?? 0) + 1
  }

  delete(id: string): void {
    this.#docs.delete(id)
  }
}

/** Everything that is known of clusters, over the state. Several changes at once go in a `transaction`. */
export class Documents {
  readonly groups: ClusterPart<GroupDocument>
  readonly fleets: ClusterPart<FleetDocument>
  readonly instances: ClusterPart<InstanceDocument>
  readonly steps: ClusterPart<StepDocument>
  readonly #clusters: Collection<ClusterDocument>
  readonly #state: State

  constructor(state: State) {
    this.#state = state
    this.#clusters = state.collection('emr.cluster')
    this.groups = new ClusterPart(state.collection('emr.group'))
    this.fleets = new ClusterPart(state.collection('emr.fleet'))
    this.instances = new ClusterPart(state.collection('emr.instance'))
    this.steps = new ClusterPart(state.collection('emr.step'))
  }

  cluster(id: string): ClusterDocument | undefined {
    return this.#clusters.get(id)
  }

  /** The newest first. */
  clusters(): readonly ClusterDocument[] {
    return this.#clusters.list({ order: 'desc' })
  }

  /** Those that are not over, the newest first: few, however many there were. */
  liveClusters(): readonly ClusterDocument[] {
    return this.#clusters.list({ parent: LIVE, order: 'desc' })
  }

  putCluster(doc: ClusterDocument): ClusterDocument {
    const parent = isOver(doc.state) ? OVER : LIVE
    this.#clusters.put(doc.id, doc, { parent, position: doc.order })
    return doc
  }

  /** Changes one that is there; what it has become. */
  changeCluster(id: string, change: Partial<ClusterDocument>): ClusterDocument | undefined {
    const doc = this.#clusters.get(id)
    return doc && this.putCluster({ ...doc, ...change })
  }

  /** The `order` of the next cluster. */
  nextCluster(): number {
    const [last] = this.#clusters.list({ order: 'desc', limit: 1 })
    return (last?.order ?? 0) + 1
  }

  transaction<R>(work: () => R): R {
    return this.#state.transaction(work)
  }

  /** Forgets a cluster and all that belongs to it. */
  forget(id: string): void {
    this.transaction(() => {
      for (const part of [this.groups, this.fleets, this.instances, this.steps])
        for (const doc of part.of(id)) part.delete(doc.id)
      this.#clusters.delete(id)
    })
  }
}
