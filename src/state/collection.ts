import type Database from 'libsql'

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
  readonly #get: Database.Statement
  readonly #put: Database.Statement
  readonly #delete: Database.Statement
  readonly #lists: Readonly<Record<string, Database.Statement>>

  constructor(db: Database.Database, kind: string) {
    this.#kind = kind
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
    const row = this.#get.get(this.#kind, id) as { readonly body: string } | undefined
    return row && (JSON.parse(row.body) as T)
  }

  /** Writes it whole, in place of one with the same id. */
  put(id: string, doc: T, { parent = '', position = 0 }: Place = {}): void {
    this.#put.run(this.#kind, id, parent, position, JSON.stringify(doc))
  }

  /** Whether there was one. */
  delete(id: string): boolean {
    return this.#delete.run(this.#kind, id).changes > 0
  }

  list({ parent, order = 'asc', limit = -1, offset = 0 }: ListOptions = {}): T[] {
    const statement = this.#lists[`${parent === undefined ? 'all' : 'parent'} ${order}`]
    const rows = statement?.all(this.#kind, parent ?? null, limit, offset) ?? []
    return (rows as { readonly body: string }[]).map(({ body }) => JSON.parse(body) as T)
  }
}
