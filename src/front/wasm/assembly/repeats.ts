// Records that an equal one came before, among the rows held.
import { addRepeat, dropRepeats, hashes, putSlot, raws, rows, seen, seenMask } from './state'
import { equal } from './text'

/**
 * Whether the rows held have a record of the same bytes; else it is noted as the next row. Bytes decide, the
 * hash only finds; what is equal but spelled otherwise is found later, by its columns.
 */
export function isRepeat(hash: u64, ptr: usize, len: u32): bool {
  const row = <usize>rows
  store<u64>(hashes + (row << 3), hash)
  putSlot(raws + (row << 3), ptr, len)
  if (!dropRepeats) return false
  let at = <u32>(hash >> 20) & seenMask
  // Rows are fewer than 2^20; the bits above them hold some of the hash, so that most strangers are told apart here.
  const tag = <u32>(hash >> 52) << 20
  // A crowded place means hostile hashes: looking further is left to the columns.
  for (let probes = 0; probes < 64; probes++) {
    const other = load<u32>(seen + (<usize>at << 2))
    if (other == 0) {
      store<u32>(seen + (<usize>at << 2), tag | (<u32>row + 1))
      return false
    }
    const o = <usize>(other & 0xfffff) - 1
    if (
      (other ^ tag) < 0x100000 &&
      load<u64>(hashes + (o << 3)) == hash &&
      load<u32>(raws + (o << 3), 4) == len &&
      equal(<usize>load<u32>(raws + (o << 3)), ptr, len)
    ) {
      addRepeat()
      return true
    }
    at = (at + 1) & seenMask
  }
  return false
}
