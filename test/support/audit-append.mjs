// Appends records to an audit log for ever, printing the number of each that is durable.
// argv: module of the log, folder, how many at once, bytes of a segment.
const [module, folder, atOnce, segmentBytes, reserveBytes] = process.argv.slice(2)
const { AuditLog } = await import(module)
const log = await AuditLog.open({
  folder,
  clock: () => new Date(),
  segmentBytes: Number(segmentBytes),
  reserveBytes: Number(reserveBytes),
})
let next = 0
const one = async () => {
  for (;;) {
    const n = next++
    try {
      await log.append(JSON.stringify({ n, filler: 'x'.repeat(200) }))
      process.stdout.write(`${n}\n`)
    } catch (error) {
      process.stdout.write(`failed ${n} ${error.kind} ${log.problem() === undefined}\n`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    if (log.problem() !== undefined) process.stdout.write(`problem ${n}\n`)
  }
}
await Promise.all(Array.from({ length: Number(atOnce) }, one))
