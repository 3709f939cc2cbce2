/**
 * A whole number with commas between thousands.
 * @example grouped(1234567) // '1,234,567'
 */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}
