import { availableParallelism, totalmem } from 'node:os'
import { HeadrigError } from '../../core/errors.js'
import { grouped } from '../../core/grouped.js'
import { formatSize } from '../../core/size.js'
import { version } from '../../core/version.js'
import { FORMATS } from '../../formats/index.js'
import { chooseFront, notServed } from '../../front/native/choose.js'
import type { LakeContext } from '../context.js'
import { finding, type Finding } from './finding.js'

/** As package.json has it. */
const LEAST_NODE = [20, 19] as const

export function nodeFinding(): Promise<Finding> {
  return finding('node', () => {
    const { node } = process.versions
    const [major = 0, minor = 0] = node.split('.').map(Number)
    const [leastMajor, leastMinor] = LEAST_NODE
    if (major < leastMajor || (major === leastMajor && minor < leastMinor))
      throw new HeadrigError('invalid', `${node}: install ${LEAST_NODE.join('.')} or later`)
    return `${node} on ${process.platform}-${process.arch}, headrig ${version()}`
  })
}

export function duckDbFinding(context: LakeContext): Promise<Finding> {
  return finding('duckdb', async () => {
    const connection = await (await context.engine()).connect()
    try {
      const found = await connection.runAndReadAll('SELECT version()')
      return `${String(found.getRows()[0]?.[0])} works`
    } finally {
      connection.closeSync()
    }
  })
}

export function frontFinding({ settings }: LakeContext): Promise<Finding> {
  return finding('front', () => {
    const chosen = chooseFront(settings.front)
    if (chosen.name === 'portable') return `portable, because ${chosen.why}`
    const others = FORMATS.flatMap(({ id }) => notServed(id) ?? [])
    const rest = others.length > 0 ? `; the portable one reads ${others.join('; ')}` : ''
    return `native, from ${chosen.from}${rest}`
  })
}

export function memoryFinding({ settings }: LakeContext): Promise<Finding> {
  return finding('machine', () => {
    const { threads, memory } = settings
    const cores = availableParallelism()
    const there = totalmem()
    if (memory > there) {
      throw new HeadrigError(
        'invalid',
        `memory is ${formatSize(memory)}, the machine has ${formatSize(there)}: set it lower`,
      )
    }
    return `${grouped(threads)} threads of ${grouped(cores)} cores, ${formatSize(memory)} of ${formatSize(there)}`
  })
}
