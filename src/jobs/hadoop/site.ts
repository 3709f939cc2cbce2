/**
 * Hadoop's `core-site.xml`.
 * @param values may be changed by the step with `-D`
 * @param finals may not
 */
export function siteXml(
  values: Readonly<Record<string, string>>,
  finals: Readonly<Record<string, string>> = {},
): string {
  const property = (name: string, value: string, last = ''): string =>
    `<property><name>${escaped(name)}</name><value>${escaped(value)}</value>${last}</property>\n`
  const some = Object.entries(values).filter(([name]) => !Object.hasOwn(finals, name))
  return `<?xml version="1.0"?>\n<configuration>\n${some
    .map(([name, value]) => property(name, value))
    .join('')}${Object.entries(finals)
    .map(([name, value]) => property(name, value, '<final>true</final>'))
    .join('')}</configuration>\n`
}

function escaped(text: string): string {
  // What XML cannot hold at all is left out: no setting has it.
  // oxlint-disable-next-line no-control-regex
  const clean = text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
  return clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
