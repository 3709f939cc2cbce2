import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openState } from './state.js'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-state-'))
  path = join(folder, 'state.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Step {
  readonly name: string
}

describe('state', () => {
  it('keeps documents, in the order of their positions', () => {
    const state = openState(path)
    const steps = state.collection<Step>('step')
    for (const [i, name] of ['a', 'b', 'c'].entries())
      steps.put(name, { name }, { parent: i < 2 ? 'one' : 'two', position: -i })
    steps.put('a', { name: 'A' }, { parent: 'one', position: 9 })
    expect(steps.list().map((s) => s.name)).toEqual(['c', 'b', 'A'])
    expect(steps.list({ parent: 'one', order: 'desc' }).map((s) => s.name)).toEqual(['A', 'b'])
    expect(steps.list({ limit: 1, offset: 1 })).toEqual([{ name: 'b' }])
    expect([steps.delete('b'), steps.delete('b'), steps.get('b')]).toEqual([true, false, undefined])
    expect(state.collection<Step>('other').list()).toEqual([])
    state.close()
    const again = openState(path)
    expect(again.collection<Step>('step').get('a')).toEqual({ name: 'A' })
    again.close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('leaves nothing of a transaction that fails', () => {
    const state = openState(path)
    const steps = state.collection<Step>('step')
    const failing = (): void =>
      state.transaction(() => {
        steps.put('a', { name: 'a' })
        throw new Error('in the middle')
      })
    expect(failing).toThrow('in the middle')
    expect(steps.list()).toEqual([])
    state.close()
  })

  it('gives by id what a list gives, whatever was written, taken back or read before', () => {
    const state = openState(path)
    const id = fc.constantFrom('a', 'b', 'c')
    const one = fc.oneof(
      fc.record({ what: fc.constant('put' as const), id, name: fc.string({ maxLength: 3 }) }),
      fc.record({ what: fc.constantFrom('get' as const, 'delete' as const), id }),
    )
    const group = fc.record({ steps: fc.array(one, { maxLength: 4 }), fails: fc.boolean() })
    // Both of one kind: they know of each other's writes.
    const [first, second] = [state.collection<Step>('step'), state.collection<Step>('step')]
    const run = ({ steps, fails }: { steps: readonly object[]; fails: boolean }): void =>
      state.transaction(() => {
        for (const step of steps as readonly { what: string; id: string; name: string }[]) {
          if (step.what === 'put') first.put(step.id, { name: step.name })
          else if (step.what === 'delete') second.delete(step.id)
          else second.get(step.id)
        }
        if (fails) throw new Error('taken back')
      })
    fc.assert(
      fc.property(fc.array(group, { maxLength: 8 }), (groups) => {
        for (const each of groups) {
          if (each.fails) expect(() => run(each)).toThrow('taken back')
          else run(each)
          const byId = ['a', 'b', 'c'].flatMap((of) => first.get(of) ?? [])
          expect(byId).toEqual(second.list())
        }
      }),
      { numRuns: 60 },
    )
    state.close()
  })

  it('belongs to one process, and survives its kill', async () => {
    const script = `const { openState } = await import(process.argv[1])
      const c = openState(process.argv[2]).collection('n')
      for (let i = 0; ; i++) { c.put(String(i), i); process.stdout.write(i + '\\n') }`
    const module = new URL('state.ts', import.meta.url).href
    const args = ['--import', 'tsx', '--input-type=module', '-e', script, module, path]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    while (said.split('\n').length < 20) await once(child.stdout, 'data')
    expect(() => openState(path)).toThrow(/locked/)
    child.kill('SIGKILL')
    await once(child, 'close')
    const told = said.split('\n').slice(0, -1)
    const state = openState(path)
    expect(state.collection<number>('n').list().length).toBeGreaterThanOrEqual(told.length)
    expect(state.collection<number>('n').get(told.at(-1) ?? '')).toBe(Number(told.at(-1)))
    state.close()
  })
})
