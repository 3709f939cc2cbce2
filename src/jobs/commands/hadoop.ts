import { HeadrigError } from '../../core/errors.js'
import type { Command } from './command.js'
import { hadoopStreaming } from './hadoop-streaming.js'
import { runJar } from './jar.js'

const STREAMING = /(?:^|\/)hadoop-streaming(?:-[\w.-]+)?\.jar$/

/** True for all places where the jar of Hadoop Streaming was: of old images, of EMR's own buckets, of users. */
export function isStreamingJar(jar: string): boolean {
  return STREAMING.test(jar)
}

/** `hadoop jar …`: Hadoop Streaming by its jar, or a jar of the user's. */
export const hadoop: Command = async (call) => {
  const [verb = '', jar = '', ...args] = call.args
  if (verb !== 'jar' || jar === '')
    throw new HeadrigError(
      'invalid',
      `cannot run hadoop ${verb}: only hadoop jar is there; s3-dist-cp copies files`,
    )
  if (isStreamingJar(jar)) return hadoopStreaming({ ...call, args })
  return runJar({ ...call, spec: { ...call.spec, jar }, args })
}
