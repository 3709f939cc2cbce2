/** How AWS spells the folder of a day: `2024/01/15`, or `year=2024/month=01/day=15`. */
export type DayFolders = 'plain' | 'hive'

/** The folder of the UTC day of a time in milliseconds, below its region and without a slash at its end. */
export function dayFolder(time: number, spelling: DayFolders): string {
  const [y, m, d] = new Date(time).toISOString().slice(0, 10).split('-')
  return spelling === 'plain' ? `${y}/${m}/${d}` : `year=${y}/month=${m}/day=${d}`
}

/** When the day begins whose folder a key lies in, in either spelling; undefined when it lies in none. */
export function dayIn(key: string): number | undefined {
  const [, y, m, d] = /^(?:year=)?(\d{4})\/(?:month=)?(\d\d)\/(?:day=)?(\d\d)\//.exec(key) ?? []
  return y === undefined ? undefined : Date.UTC(Number(y), Number(m) - 1, Number(d))
}
