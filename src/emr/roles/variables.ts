import type { Environment } from '../../core/config-settings.js'
import type { SparkConf } from '../../clusters/local/properties.js'

/** Variables for the executors of a step's driver, as settings of Spark. */
export function executorVariables(variables: Readonly<Record<string, string>>): SparkConf {
  const entries = Object.entries(variables)
  return Object.fromEntries(entries.map(([name, value]) => [`spark.executorEnv.${name}`, value]))
}

/** The server's variables without those that let others act as it. */
export function withoutAws(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^AWS_/i.test(name)))
}
