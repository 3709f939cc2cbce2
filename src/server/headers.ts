/** The value of a header, by its lower-case name; undefined when it is missing, the first when there are several. */
export function headerOf(rawHeaders: readonly string[], name: string): string | undefined {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.toLowerCase() === name) return rawHeaders[i + 1]
  return undefined
}
