import { HeadrigError } from '../core/errors.js'

/**
 * The settings of Spark that `--conf` gives. @throws `invalid` for what is none
 * @example parseConf(['spark.sql.ansi.enabled=false'])
 */
export function parseConf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at > 0 && text.startsWith('spark.')) return [text.slice(0, at), text.slice(at + 1)]
      throw new HeadrigError(
        'invalid',
        `--conf: ${JSON.stringify(text)} is no setting of Spark: write spark.name=value`,
      )
    }),
  )
}
