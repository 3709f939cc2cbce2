import { HeadrigError } from '../../core/errors.js'
import { compareKeys } from '../../storage/key.js'
import type { CopyCodec } from './options.js'

/** A file to copy. */
export interface Source {
  readonly uri: string
  /** Below the source's folder. */
  readonly name: string
  readonly size: number
}

/** A file to write: the sources one after another. */
export interface Output<S extends Source> {
  /** Below the destination. */
  readonly name: string
  readonly sources: readonly S[]
  /** What is done to the bytes of each. */
  readonly change: 'keep' | 'pack' | 'unpack'
}

export interface PlanOptions {
  readonly group: RegExp | undefined
  readonly targetBytes: number | undefined
  readonly codec: CopyCodec
  readonly numberFrom: number | undefined
}

/**
 * Which files are written of which; the same whatever the order of the sources is.
 * @throws HeadrigError `conflict` when two files would have one name, `invalid` for a group that packs and plain
 * files are in, and for packed files that cannot be unpacked
 */
export function planCopies<S extends Source>(
  sources: readonly S[],
  { group, targetBytes, codec, numberFrom }: PlanOptions,
): readonly Output<S>[] {
  const groups = new Map<string, S[]>()
  for (const source of sources.toSorted((a, b) => compareKeys(a.name, b.name))) {
    const name = group === undefined ? source.name : groupName(group, source)
    if (name === undefined) continue
    const members = groups.get(name)
    if (members) members.push(source)
    else groups.set(name, [source])
  }
  const outputs = [...groups].flatMap(([name, members]) => {
    const { extension, change } = codecOf(name, members, codec)
    const parts = group === undefined ? [members] : divided(members, targetBytes)
    const stem = withoutExtension(name)
    return parts.map((part, n) => ({
      name: `${stem}${parts.length > 1 ? n : ''}${extension}`,
      sources: part,
      change,
    }))
  })
  const named = numberFrom === undefined ? outputs : numbered(outputs, numberFrom)
  const taken = new Set<string>()
  for (const { name } of named) {
    if (taken.has(name))
      throw new HeadrigError(
        'conflict',
        `two files would become ${name}: choose other names by groupBy`,
      )
    taken.add(name)
  }
  return named
}

function groupName(group: RegExp, { uri }: Source): string | undefined {
  const found = group.exec(uri)
  if (!found) return undefined
  const name = found
    .slice(1)
    .join('')
    .replace(/^\/+|\/+$/g, '')
  if (name === '')
    throw new HeadrigError(
      'invalid',
      `groupBy gives ${uri} no name: put what names its group in parentheses`,
    )
  return name
}

const PACKED = /\.gz$/i
const OTHERS = /\.(?:bz2|lzo|snappy|zst|xz|zip)$/i

const withoutExtension = (name: string): string => name.replace(PACKED, '')

function codecOf(
  name: string,
  members: readonly Source[],
  codec: CopyCodec,
): { readonly extension: string; readonly change: Output<Source>['change'] } {
  const packed = members.filter((source) => PACKED.test(source.name))
  const mixed = packed.length > 0 && packed.length < members.length
  if (codec === 'keep') {
    if (mixed)
      throw new HeadrigError(
        'invalid',
        `group ${name} has files that are packed and files that are not: give outputCodec`,
      )
    return { extension: packed.length > 0 ? '.gz' : '', change: 'keep' }
  }
  const other = members.find((source) => OTHERS.test(source.name))
  if (other)
    throw new HeadrigError(
      'invalid',
      `cannot unpack ${other.uri}: only gzip is known, leave outputCodec out`,
    )
  return codec === 'gzip'
    ? { extension: '.gz', change: 'pack' }
    : { extension: '', change: 'unpack' }
}

/** Parts that end with the file by which they reach the size. */
function divided<S extends Source>(members: readonly S[], target: number | undefined): S[][] {
  if (target === undefined) return [[...members]]
  const parts: S[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const source of members) {
    if (bytes >= target) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(source)
    bytes += source.size
  }
  return parts
}

function numbered<S extends Source>(outputs: readonly Output<S>[], from: number): Output<S>[] {
  return outputs.map((output, n) => {
    const slash = output.name.lastIndexOf('/') + 1
    const name = `${output.name.slice(0, slash)}${from + n}${output.name.slice(slash)}`
    return { ...output, name }
  })
}
