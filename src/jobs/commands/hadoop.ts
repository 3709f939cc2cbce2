import { HeadrigError } from '../../core/errors.js'
import type { Command } from './command.js'
import { hadoopStreaming } from './hadoop-streaming.js'

const STREAMING = /(?:^|\/)hadoop-streaming(?:-[\w.-]+)?\.jar$/

/** True for all places where the jar of Hadoop Streaming was: of old images, of EMR's own buckets, of users. */
export function isStreamingJar(jar: string): boolean {
  return STREAMING.test(jar)
}

/** `hadoop jar …/hadoop-streaming.jar …`, as scripts of the console's time have it. */
export const hadoop: Command = async (call) => {
  const [verb = '', jar = '', ...args] = call.args
  if (verb === 'jar' && isStreamingJar(jar)) return hadoopStreaming({ ...call, args })
  throw new HeadrigError(
    'invalid',
    `cannot run hadoop ${verb} ${jar}: only hadoop jar hadoop-streaming.jar is there`.replace(
      / +/g,
      ' ',
    ),
  )
}
