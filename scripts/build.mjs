// Builds dist/: the WebAssembly front first (its bytes are embedded), then plain tsc.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'

const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}
rmSync('dist', { recursive: true, force: true })
if (existsSync('src/front/wasm/assembly/index.ts')) {
  run('npx', ['--no-install', 'asc', '--config', 'src/front/wasm/asconfig.json'])
}
run('npx', ['--no-install', 'tsc', '-p', 'tsconfig.json'])
mkdirSync('dist/front', { recursive: true })
cpSync('build/front.wasm', 'dist/front/front.wasm')
if (existsSync('dist/cli/main.js')) chmodSync('dist/cli/main.js', 0o755)
