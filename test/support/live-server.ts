import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/core/config.js'
import { silentLogger } from '../../src/core/logger.js'
import { startServer, type RunningServer, type ServeOptions } from '../../src/server/serve.js'

export interface LiveServer {
  readonly url: string
  readonly folder: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Ends the server, and starts it again over the same folder. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** `headrig serve` in this process, over a fresh data folder; `env`: its settings. */
export async function liveServer(
  env: Record<string, string> = {},
  more: Partial<ServeOptions> = {},
): Promise<LiveServer> {
  const folder = await mkdtemp(join(tmpdir(), 'headrig-live-'))
  const start = async (): Promise<RunningServer> => {
    const flags = { dataFolder: folder, serverPort: '0' }
    const { settings } = await loadConfig({ flags, env, cwd: folder })
    return startServer({ settings, logger: silentLogger, ...more })
  }
  let server = await start()
  const text = await readFile(join(folder, 'server', 'first-key'), 'utf8')
  const read = (name: string): string => new RegExp(`${name} = (\\S+)`).exec(text)?.[1] ?? ''
  return {
    get url() {
      return server.url
    },
    folder,
    credentials: {
      accessKeyId: read('aws_access_key_id'),
      secretAccessKey: read('aws_secret_access_key'),
    },
    async restart() {
      await server.close()
      server = await start()
    },
    async close() {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
