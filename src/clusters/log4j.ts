import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Log4jLevel = 'info' | 'warn' | 'error'

/** Hadoop says at every start that it has no native code here. */
export const NO_NATIVE_CODE = { 'org.apache.hadoop.util.NativeCodeLoader': 'error' } as const

/**
 * Has a process of Spark log on its stderr, in lines as EMR has them.
 * @param conf what is its `SPARK_CONF_DIR`, or in its class path
 * @param level of what is not in `loggers`
 */
export async function writeLog4j(
  conf: string,
  level: Log4jLevel,
  loggers: Readonly<Record<string, Log4jLevel>> = NO_NATIVE_CODE,
): Promise<void> {
  const lines = [
    `rootLogger.level = ${level}`,
    'rootLogger.appenderRef.stderr.ref = console',
    'appender.console.type = Console',
    'appender.console.name = console',
    'appender.console.target = SYSTEM_ERR',
    'appender.console.layout.type = PatternLayout',
    'appender.console.layout.pattern = %d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n%ex',
    ...Object.entries(loggers).flatMap(([name, its], i) => [
      `logger.l${i}.name = ${name}`,
      `logger.l${i}.level = ${its}`,
    ]),
  ]
  await writeFile(join(conf, 'log4j2.properties'), `${lines.join('\n')}\n`, { mode: 0o600 })
}
