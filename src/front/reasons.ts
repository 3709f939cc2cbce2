/** Why a record is rejected, by the number that the scanners give (`E_…` and `R_…` in wasm/assembly/state.ts). */
export const REASONS: Readonly<Record<number, string>> = {
  1: 'the record is cut off: the object ends inside it',
  2: 'not valid JSON',
  3: 'nested deeper than 512, or more than 8192 fields that no column holds',
  4: 'a JSON value that is no object',
  5: 'no time field',
  6: 'another number of fields than expected',
  7: 'the time field is not a time',
  8: 'text in a field that holds a number',
}
