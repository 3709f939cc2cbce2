/** µs since 1970 of an ISO 8601 text, by JavaScript's own calendar; undefined when it is none. */
export function isoMicros(text: string): bigint | undefined {
  const parts =
    /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):?(\d\d))?$/.exec(
      text,
    )
  if (!parts) return undefined
  const [, y, m, d, h, min, s, fraction = '', sign, oh = '0', om = '0'] = parts
  const seconds = Number(s)
  const iso = `${y}-${m}-${d}T${h}:${min}:${seconds === 60 ? '59' : s}.000Z`
  const date = new Date(iso)
  // Date rolls 30 February over; what it gives back then differs.
  if (Number.isNaN(date.getTime()) || date.toISOString() !== iso || y === '0000') return undefined
  if (Number(h) > 23 || Number(oh) > 18 || Number(om) > 59) return undefined
  const offset = (Number(oh) * 60 + Number(om)) * 60_000 * (sign === '-' ? -1 : 1)
  const millis = date.getTime() + (seconds === 60 ? 1000 : 0) - offset
  return inYears(BigInt(millis) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0')))
}

/** µs since 1970 of a number of seconds; undefined when it is none or beyond the years 1 to 9999. */
export function epochMicros(text: string): bigint | undefined {
  const parts = /^(-?)(\d{1,19})(?:\.(\d*))?$/.exec(text)
  if (!parts) return undefined
  const [, sign, whole, fraction = ''] = parts
  const micros = BigInt(whole as string) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
  return inYears(sign === '-' ? -micros : micros)
}

function inYears(micros: bigint): bigint | undefined {
  return micros >= -62_135_596_800_000_000n && micros < 253_402_300_800_000_000n
    ? micros
    : undefined
}
