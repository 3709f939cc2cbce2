/** `20261121T1847Z`, of a log file's name. */
export function minuteStamp(time: Date): string {
  return `${time.toISOString().replace(/[-:]/g, '').slice(0, 13)}Z`
}

/** `20261121T184759Z`, of a digest file's name. */
export function secondStamp(time: Date): string {
  return `${time.toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`
}

/** `2026/11/21`, the folders of a key. */
export function dayFolders(time: Date): string {
  return time.toISOString().slice(0, 10).replaceAll('-', '/')
}
