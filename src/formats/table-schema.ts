import { COMMON_COLUMNS, type Column, type LogFormat, type ScalarType } from './format.js'

/** The type of a table's column: a scalar, a struct, or a list of structs. */
export type TableType =
  | ScalarType
  | { readonly struct: readonly TableColumn[] }
  | { readonly list: readonly TableColumn[] }

export interface TableColumn {
  readonly name: string
  readonly type: TableType
  readonly doc: string
  readonly hot: boolean
}

/** The columns of a log type's table, in order: the common ones, then its own. Every column may be null. */
export function tableColumns(format: LogFormat): readonly TableColumn[] {
  const common = Object.entries(COMMON_COLUMNS).map(([name, c]) => ({
    name,
    type: c.type,
    doc: c.doc,
    hot: 'hot' in c,
  }))
  return [...common, ...Object.entries(format.columns).map(([name, c]) => toTableColumn(name, c))]
}

function toTableColumn(name: string, column: Column): TableColumn {
  const { doc } = column
  if (column.type === 'struct' || column.type === 'list') {
    const fields = Object.entries(column.fields).map(([n, c]) => toTableColumn(n, c))
    return {
      name,
      doc,
      hot: false,
      type: column.type === 'struct' ? { struct: fields } : { list: fields },
    }
  }
  return { name, doc, hot: column.hot === true, type: column.type }
}
