import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { HeadrigError } from '../../core/errors.js'
import { fetchFile } from '../fetch.js'
import { ticketProperties, ticketSite } from '../hadoop/kerberos.js'
import { siteXml } from '../hadoop/site.js'
import type { Command } from './command.js'

const RUN_JAR = 'org.apache.hadoop.util.RunJar'
const LOG4J = `rootLogger.level = info
rootLogger.appenderRef.syslog.ref = syslog
appender.syslog.type = File
appender.syslog.name = syslog
appender.syslog.fileName = \${sys:headrig.syslog}
appender.syslog.layout.type = PatternLayout
appender.syslog.layout.pattern = %d{ISO8601} %p %c (%t): %m%n%ex
`

/**
 * A jar of the user's: its main class, in a Java of its own with Hadoop and Spark on the class path. The step's
 * properties are properties of Java and of Hadoop's configuration; they go by files that only the step can read.
 */
export const runJar: Command = async (call) => {
  const { spec, context, folder, args, syslog } = call
  if (context.engine === undefined)
    throw new HeadrigError(
      'invalid',
      `cannot run ${spec.jar}: this server has no Spark, whose Java programs it needs: run headrig engine install spark`,
    )
  const { home, javaHome } = await context.engine(spec)
  const jar = await fetchFile(spec.jar, 'program', call)
  const conf = join(folder, 'conf')
  await mkdir(conf, { mode: 0o700 })
  await writeFile(join(conf, 'log4j2.properties'), LOG4J, { mode: 0o600 })
  const properties = spec.properties ?? {}
  const site = { ...context.hadoopConf, 'hadoop.tmp.dir': join(folder, 'tmp'), ...properties }
  await writeFile(join(conf, 'core-site.xml'), siteXml(site, ticketSite(context.ticket)), {
    mode: 0o600,
  })
  const java = join(conf, 'java.args')
  const own = {
    ...properties,
    ...ticketProperties(context.ticket),
    'headrig.syslog': syslog,
    'java.io.tmpdir': join(folder, 'tmp'),
  }
  const classPath = [conf, jar, join(home.folder, 'jars', '*'), ...home.extraJars].join(delimiter)
  const given = Object.entries(own).map(([name, value]) => `-D${name}=${value}`)
  await writeFile(java, [...given, '-cp', classPath].map((word) => `${quoted(word)}\n`).join(''), {
    mode: 0o600,
  })
  await appendFile(syslog, '')
  // Hadoop's way finds the class that the manifest names, and jars in the jar.
  const main = spec.mainClass === undefined ? [RUN_JAR, jar] : [spec.mainClass]
  return {
    kind: 'process',
    command: join(javaHome, 'bin', 'java'),
    args: [`@${java}`, ...main, ...args],
    environment: { ...context.settings, JAVA_HOME: javaHome, HADOOP_CONF_DIR: conf },
  }
}

/** A word of a file of arguments, as `java @file` reads it. */
function quoted(word: string): string {
  if (/[\0]/.test(word)) throw new HeadrigError('invalid', 'a property holds a NUL: leave it out')
  const text = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
  return `"${text}"`
}
