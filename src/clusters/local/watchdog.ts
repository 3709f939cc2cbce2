import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import type { ProcessId } from '../process-id.js'

/**
 * Reads `watch <pid> <start>` lines. When the other end goes away it kills the process group of each that
 * is still the same process, then removes the folder. `keep` ends it without doing so.
 */
const SCRIPT = `
list=
while IFS=' ' read -r word pid start; do
  case $word in
    watch) list="$list $pid/$start" ;;
    keep) exit 0 ;;
  esac
done
for entry in $list; do
  pid=\${entry%%/*}
  start=\${entry#*/}
  if [ -d /proc/self ]; then
    now=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d' ' -f20)
    start=\${start%%@*}
  else
    now=$(LC_ALL=C ps -o lstart= -p "$pid" | sed 's/^ *//; s/ *$//; s/  */_/g')
  fi
  if [ -n "$now" ] && [ "$now" = "$start" ]; then kill -s KILL -- "-$pid"; fi
done
sleep 1
rm -rf -- "$1"
`

/** Ends a cluster's processes when this process ends in any way, a SIGKILL included. */
export interface Watchdog {
  watch(id: ProcessId): void
  /** The processes may outlive this one; done once the shell has heard it. */
  keep(): Promise<void>
}

/**
 * Starts a small shell that outlives this process by a second. The folder is removed with the processes.
 * @example
 * const watchdog = startWatchdog(folder)
 * watchdog.watch({ pid: 4711, start: '12345@0badcafe' })
 */
export function startWatchdog(folder: string): Watchdog {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'headrig-watchdog', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  })
  shell.unref()
  const input = shell.stdin as Writable & { unref?: () => void }
  input.unref?.()
  input.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => {
    shell.once('exit', () => resolve()).once('error', () => resolve())
  })
  return {
    watch: ({ pid, start }) => void input.write(`watch ${pid} ${start}\n`),
    async keep() {
      shell.ref()
      input.end('keep\n')
      await ended
    },
  }
}
