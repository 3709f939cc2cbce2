import { randomUUID } from 'node:crypto'
import type { TableColumn } from '../formats/table-schema.js'
import type { Action } from './actions.js'
import { toDeltaFields, writeSchema } from './schema.js'

/**
 * The first actions of a table: protocol reader 1, writer 2, and its schema.
 * @example if (!snapshot) actions.push(...createTableActions(tableColumns(format), ['event_day']))
 */
export function createTableActions(
  columns: readonly TableColumn[],
  partitionColumns: readonly string[],
  configuration: Readonly<Record<string, string>> = {},
): readonly Action[] {
  return [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: randomUUID(),
        format: { provider: 'parquet', options: {} },
        schemaString: writeSchema(toDeltaFields(columns)),
        partitionColumns,
        configuration,
        createdTime: Date.now(),
      },
    },
  ]
}
