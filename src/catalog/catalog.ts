import { didYouMean } from '../core/closest.js'
import { mapLimit } from '../core/concurrency.js'
import { HeadrigError, isKind } from '../core/errors.js'
import { compareKeys } from '../storage/key.js'
import type { ByteStore } from '../storage/store.js'
import type { ExternalTable, Partition } from './external-table.js'

/** A table as the catalog has it. */
export interface CatalogEntry {
  readonly table: ExternalTable
  /** Those that were added, sorted by their values; each set of values once, unless the table is written here. */
  readonly partitions: readonly Partition[]
  /** Grows by 1 with every change. */
  readonly version: number
}

export type CatalogChange = Pick<CatalogEntry, 'table' | 'partitions'>

/** The external tables of a lake. */
export interface Catalog {
  /** Sorted by name. */
  entries(): Promise<CatalogEntry[]>
  names(): Promise<string[]>
  /** Throws `not-found` with the likely name. */
  entry(name: string): Promise<CatalogEntry>
  /** Undefined when the table is there already. */
  create(table: ExternalTable, partitions?: readonly Partition[]): Promise<CatalogEntry | undefined>
  /**
   * Changes a table; `change` is called again when another writer was first. Throws what it throws, and
   * `not-found` without the table.
   */
  update(name: string, change: (entry: CatalogEntry) => CatalogChange): Promise<CatalogEntry>
  /** False when there is no such table. Its files stay where they are. */
  drop(name: string): Promise<boolean>
}

const ROOT = '_headrig/catalog/'
const FORMAT = 1
/** Versions of a table that are kept, so that a slow writer does not take an old number for a new one. */
const KEPT = 64
const ATTEMPTS = 20

interface Stored {
  readonly format: number
  /** Null: the table was dropped. */
  readonly table: ExternalTable | null
  readonly partitions: readonly Partition[]
}

/**
 * Opens the catalog that lies in the lake's own store. Each change of a table is a numbered file that
 * only one writer can create, so that two writers never undo each other's work.
 * @example const { table } = await openCatalog(store).entry('flow_logs')
 */
export function openCatalog(store: ByteStore): Catalog {
  return new StoredCatalog(store)
}

class StoredCatalog implements Catalog {
  private readonly store: ByteStore

  constructor(store: ByteStore) {
    this.store = store
  }

  async entries(): Promise<CatalogEntry[]> {
    const latest = await this.latest()
    const entries = await mapLimit([...latest], 16, ([name, version]) => this.read(name, version))
    return entries.filter((e) => e !== undefined)
  }

  async names(): Promise<string[]> {
    return (await this.entries()).map((e) => e.table.name)
  }

  async entry(name: string): Promise<CatalogEntry> {
    const version = (await this.latest(name)).get(name)
    const entry = version === undefined ? undefined : await this.read(name, version)
    if (entry) return entry
    const names = await this.names()
    throw new HeadrigError(
      'not-found',
      `there is no external table ${JSON.stringify(name)}${didYouMean(name, names)}`,
    )
  }

  async create(
    table: ExternalTable,
    partitions: readonly Partition[] = [],
  ): Promise<CatalogEntry | undefined> {
    return this.commit(table.name, (entry) => (entry ? undefined : { table, partitions }))
  }

  async update(
    name: string,
    change: (entry: CatalogEntry) => CatalogChange,
  ): Promise<CatalogEntry> {
    await this.entry(name)
    const changed = await this.commit(name, (entry) => entry && change(entry))
    return changed ?? this.entry(name)
  }

  async drop(name: string): Promise<boolean> {
    let found = false
    await this.commit(name, (entry) => {
      found = entry !== undefined
      return entry && { table: null, partitions: [] }
    })
    return found
  }

  /** Writes the next version; `change` answers undefined to leave things as they are. */
  private async commit(
    name: string,
    change: (entry: CatalogEntry | undefined) => Omit<Stored, 'format'> | undefined,
  ): Promise<CatalogEntry | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const version = (await this.latest(name)).get(name) ?? 0
      const changed = change(version === 0 ? undefined : await this.read(name, version))
      if (!changed) return undefined
      const stored: Stored = { format: FORMAT, ...changed, partitions: sorted(changed.partitions) }
      const bytes = Buffer.from(`${JSON.stringify(stored)}\n`)
      if (!(await this.store.putIfAbsent(keyOf(name, version + 1), bytes))) continue
      if (version >= KEPT) await this.store.delete(keyOf(name, version + 1 - KEPT))
      return stored.table
        ? { table: stored.table, partitions: stored.partitions, version: version + 1 }
        : undefined
    }
    throw new HeadrigError(
      'conflict',
      `table ${name} is being changed by others: ${ATTEMPTS} attempts were overtaken; try again`,
    )
  }

  /** The highest version of each table, or of one. */
  private async latest(only?: string): Promise<Map<string, number>> {
    const versions = new Map<string, number>()
    for await (const { key } of this.store.list(only === undefined ? ROOT : `${ROOT}${only}/`)) {
      const [, name, digits] = /^([^/]+)\/(\d{10})\.json$/.exec(key.slice(ROOT.length)) ?? []
      if (name !== undefined) {
        versions.set(name, Math.max(versions.get(name) ?? 0, Number(digits)))
      }
    }
    return versions
  }

  private async read(name: string, version: number): Promise<CatalogEntry | undefined> {
    const key = keyOf(name, version)
    let text: string
    try {
      text = Buffer.from(await this.store.get(key)).toString()
    } catch (error) {
      if (isKind(error, 'not-found')) return undefined
      throw error
    }
    const { format, table, partitions } = parse(text, `${this.store.uri}/${key}`)
    if (format !== FORMAT) {
      throw new HeadrigError(
        'invalid',
        `${this.store.uri}/${key} has format ${format}, this version reads ${FORMAT}: use a newer headrig`,
      )
    }
    return table ? { table, partitions, version } : undefined
  }
}

function parse(text: string, uri: string): Stored {
  try {
    return JSON.parse(text) as Stored
  } catch (error) {
    throw new HeadrigError('invalid', `${uri} is no JSON: drop the table by deleting its folder`, {
      cause: error,
    })
  }
}

const keyOf = (name: string, version: number): string =>
  `${ROOT}${name}/${String(version).padStart(10, '0')}.json`

function sorted(partitions: readonly Partition[]): Partition[] {
  return partitions.toSorted((a, b) => compareKeys(valuesKey(a.values), valuesKey(b.values)))
}

/** Equal for equal values. */
export function valuesKey(values: readonly (string | null)[]): string {
  return JSON.stringify(values)
}
