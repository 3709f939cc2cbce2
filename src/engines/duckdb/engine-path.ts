/** The pattern that means this path only to the engine, whatever characters it has. */
export function enginePath(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]')
}
