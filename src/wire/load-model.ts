import { readFileSync } from 'node:fs'
import type { ServiceModel } from './model.js'

/**
 * Reads the shipped model of a service: some milliseconds.
 * @example loadModel('emr').operations['RunJobFlow']
 */
export function loadModel(service: 'emr' | 'sts' | 'cloudtrail'): ServiceModel {
  const text = readFileSync(new URL(`models/${service}.json`, import.meta.url), 'utf8')
  return JSON.parse(text) as ServiceModel
}
