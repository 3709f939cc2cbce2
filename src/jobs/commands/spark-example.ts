import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError } from '../../core/errors.js'
import { launchDriver, sparkOf } from '../spark/driver.js'
import type { Command } from './command.js'

/** `spark-example SparkPi 10`: a program of Spark's distribution. */
export const sparkExample: Command = async (call) => {
  const [name = '', ...args] = call.args
  if (!/^[\w.$]+$/.test(name))
    throw new HeadrigError(
      'invalid',
      `spark-example: no name of a program: ${JSON.stringify(name)}`,
    )
  const spark = await sparkOf(call)
  const folder = join(spark.home.folder, 'examples', 'jars')
  const jars = (await readdir(folder).catch(() => []))
    .filter((file) => file.endsWith('.jar'))
    .map((file) => join(folder, file))
  const file = jars.find((path) => /spark-examples_[\d.]+-[^/]*\.jar$/.test(path))
  if (file === undefined)
    throw new HeadrigError(
      'invalid',
      `there are no programs in ${folder}: the Spark of PySpark comes without, set spark.home to a whole distribution`,
    )
  const mainClass = name.includes('.') ? name : `org.apache.spark.examples.${name}`
  const others = jars.filter((path) => path !== file)
  return launchDriver({ file, args, mainClass, jars: others, pyFiles: [], conf: {} }, spark, call)
}
