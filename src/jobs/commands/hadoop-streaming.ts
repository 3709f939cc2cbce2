import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError } from '../../core/errors.js'
import { hdfsPaths } from '../hadoop/hdfs-paths.js'
import { ticketProperties, ticketSite } from '../hadoop/kerberos.js'
import { hadoopSettings, LOG4J } from '../hadoop/settings.js'
import { siteXml } from '../hadoop/site.js'
import type { StepHadoop } from '../hadoop/step-hadoop.js'
import { withScheme } from '../hadoop/streaming-paths.js'
import type { Command } from './command.js'

const MAIN = 'org.apache.hadoop.streaming.HadoopStreaming'
const BASE_MEBIBYTES = 512
const TASK_MEBIBYTES = 256

/**
 * Hadoop Streaming on Hadoop's own jars: its local runner, in one process, with maps and reducers side by side.
 * The arguments are Hadoop's; `hdfs:///` is a folder of the cluster's.
 */
export const hadoopStreaming: Command = async (call) => {
  const { args, context, spec, folder, syslog } = call
  if (context.hadoop === undefined)
    throw new HeadrigError('unavailable', 'no Hadoop here: run headrig engine install hadoop')
  const hadoop = await context.hadoop(spec)
  const conf = join(folder, '.hadoop')
  await mkdir(conf, { mode: 0o700 })
  const { values, finals } = hadoopSettings(hadoop, folder, context.hadoopConf)
  const kerberos = ticketSite(context.ticket)
  await writeFile(join(conf, 'core-site.xml'), siteXml(values, { ...finals, ...kerberos }), {
    mode: 0o600,
  })
  await writeFile(join(conf, 'log4j.properties'), LOG4J, { mode: 0o600 })
  await appendFile(syslog, `${stamp()} INFO headrig (main): ${runner(hadoop)}\n`)
  const heap = BASE_MEBIBYTES + TASK_MEBIBYTES * hadoop.tasks
  return {
    kind: 'process',
    command: join(hadoop.javaHome, 'bin', 'java'),
    args: [
      `-Xmx${heap}m`,
      `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
      `-Dheadrig.syslog=${syslog}`,
      ...Object.entries(ticketProperties(context.ticket)).map(([name, to]) => `-D${name}=${to}`),
      '-cp',
      `${conf}:${join(hadoop.jars, '*')}`,
      MAIN,
      ...(await hdfsPaths({ ...call, args: withScheme(args) })),
    ],
    environment: { JAVA_HOME: hadoop.javaHome },
  }
}

function runner({ tasks }: StepHadoop): string {
  return `Hadoop's local runner, ${tasks} maps at once: the cluster has no YARN`
}

/** A time as Log4j writes it. */
function stamp(): string {
  return new Date().toISOString().replace('T', ' ').replace('.', ',').replace('Z', '')
}
