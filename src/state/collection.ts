import type Database from 'libsql'
import type { BodyCache } from './body-cache.js'

/** Where a document stands among those of its kind. */
export interface Place {
  /** What it belongs to: the steps of a cluster have its id. */
  readonly parent?: string
  /** Lists go by it, then by id: milliseconds since 1970, or a number of their own. */
  readonly position?: number
}

export interface ListOptions {
  readonly parent?: string
  /** `desc`: the latest first. */
  readonly order?: 'asc' | 'desc'
  readonly limit?: number
  readonly offset?: number
}

/** Documents of one kind, by id. Plain JSON values: no undefined, no Date. */
export class Collection<T> {
  readonly #kind: string
  readonly #cache: BodyCache | undefined
  readonly #get: Database.Statement
  readonly #put: Database.Statement
  readonly #delete: Database.Statement
  readonly #lists: Readonly<Record<string, Database.Statement>>

  /** `cache`: of a file that no other process writes. */
  constructor(db: Database.Database, kind: string, cache?: BodyCache) {
    this.#kind = kind
    this.#cache = cache
    this.#get = db.prepare('SELECT body FROM docs WHERE kind = ? AND id = ?')
    this.#put = db.prepare(
      `INSERT INTO docs VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET parent = excluded.parent, position = excluded.position, body = excluded.body`,
    )
    this.#delete = db.prepare('DELETE FROM docs WHERE kind = ? AND id = ?')
    const list = (where: string, order: string): Database.Statement =>
      db.prepare(
        `SELECT body FROM docs WHERE kind = ? AND ${where} ORDER BY position ${order}, id ${order} LIMIT ? OFFSET ?`,
      )
    this.#lists = {
      'parent asc': list('parent = ?', 'ASC'),
      'parent desc': list('parent = ?', 'DESC'),
      'all asc': list('? IS NULL', 'ASC'),
      'all desc': list('? IS NULL', 'DESC'),
    }
  }

  get(id: string): T | undefined {
    const kept = this.#cache?.get(this.#kind, id)
    if (kept !== undefined) return JSON.parse(kept) as T
    const row = this.#get.get(this.#kind, id) as { readonly body: string } | undefined
    if (!row) return undefined
    this.#cache?.set(this.#kind, id, row.body)
    return JSON.parse(row.body) as T
  }

  /** Writes it whole, in place of one with the same id. */
  put(id: string, doc: T, { parent = '', position = 0 }: Place = {}): void {
    const body = JSON.stringify(doc)
    this.#put.run(this.#kind, id, parent, position, body)
    this.#cache?.set(this.#kind, id, body)
  }

  /** Whether there was one. */
  delete(id: string): boolean {
    this.#cache?.delete(this.#kind, id)
    return this.#delete.run(this.#kind, id).changes > 0
  }

  list({ parent, order = 'asc', limit = -1, offset = 0 }: ListOptions = {}): T[] {
    const statement = this.#lists[`${parent === undefined ? 'all' : 'parent'} ${order}`]
    const rows = statement?.all(this.#kind, parent ?? null, limit, offset) ?? []
    return (rows as { readonly body: string }[]).map(({ body }) => JSON.parse(body) as T)
  }
}
