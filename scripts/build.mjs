// Builds dist/: the WebAssembly front, then plain tsc; and the native front where Rust is there.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, rmSync } from 'node:fs'
import { main as asc } from 'assemblyscript/asc'
import { buildNative } from './build-native.mjs'

const front = await asc(['--config', 'src/front/wasm/asconfig.json'], {
  stdout: process.stdout,
  stderr: process.stderr,
})
if (front.error) throw front.error

rmSync('dist', { recursive: true, force: true })
const { status, error } = spawnSync('npx', ['--no-install', 'tsc', '-p', 'tsconfig.json'], {
  stdio: 'inherit',
})
if (error) throw error
if (status !== 0) process.exit(status ?? 1)
mkdirSync('dist/front', { recursive: true })
cpSync('build/front.wasm', 'dist/front/front.wasm')
for (const proto of ['connect.proto', 'rpc-status.proto'])
  cpSync(`src/engines/spark/connect/${proto}`, `dist/engines/spark/connect/${proto}`)
cpSync('src/clusters/submit/driver.py', 'dist/clusters/submit/driver.py')
cpSync('src/wire/models', 'dist/wire/models', { recursive: true })
chmodSync('dist/cli/main.js', 0o755)
buildNative()
