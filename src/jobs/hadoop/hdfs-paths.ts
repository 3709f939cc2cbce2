import { chown, mkdir } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import type { CommandCall } from '../commands/command.js'

const HDFS = /hdfs:\/\/(?=\/)/

/**
 * Arguments with `hdfs:///` as the folder of the cluster that stands for it; they stay as they are where there is none.
 * @throws HeadrigError `unavailable` without Hadoop
 */
export async function hdfsPaths({ args, context, spec }: CommandCall): Promise<readonly string[]> {
  if (context.hadoop === undefined || !args.some((arg) => HDFS.test(arg))) return args
  const { hdfs } = await context.hadoop(spec)
  await mkdir(hdfs, { recursive: true, mode: 0o700 })
  if (context.user) await chown(hdfs, context.user.uid, context.user.gid)
  const root = pathToFileURL(hdfs).href.replace(/\/+$/, '')
  return args.map((arg) => arg.replaceAll(new RegExp(HDFS, 'g'), root))
}
