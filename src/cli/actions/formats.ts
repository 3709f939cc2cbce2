import { findFormat, formatColumns, listFormats, readerOf } from '../../app/formats.js'
import type { Cli } from '../cli.js'
import type { OutputFlags } from '../flags/output-flags.js'
import type { CommonFlags } from '../flags/setting-flags.js'
import { configFor } from '../with-lake.js'
import { printRows, recordsToRows } from '../print-rows.js'

export interface FormatsFlags extends CommonFlags, OutputFlags {}

export async function runFormatsList(this: Cli, flags: FormatsFlags): Promise<void> {
  const { settings } = await configFor(this, flags)
  const rows = listFormats().map((format) => {
    const { id, title, doc } = format
    return { id, title, front: readerOf(format, settings.front), meaning: doc }
  })
  await printRows(this, flags, recordsToRows(['id', 'title', 'front', 'meaning'], rows))
}

export async function runFormatsShow(this: Cli, flags: FormatsFlags, id: string): Promise<void> {
  const columns = formatColumns(findFormat(id))
  const names = ['column', 'type', 'from', 'via', 'meaning'] as const
  await printRows(this, flags, recordsToRows(names, columns))
}
