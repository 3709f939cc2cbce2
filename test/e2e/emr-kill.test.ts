import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { processesWith } from '../../src/clusters/process-id.js'
import { startEmrServer, type EmrServer } from '../support/emr-server.js'

const server = await startEmrServer()

interface Step {
  readonly Id: string
  readonly Status: {
    readonly State: string
    readonly FailureDetails?: { readonly Reason: string; readonly Message: string }
  }
}

describe.skipIf(!server)('a server that is killed', () => {
  const { call, reach, killAndStart, stop, folder } = server ?? ({} as EmrServer)
  afterAll(() => server?.close())

  const bash = (script: string, action = 'CONTINUE') => ({
    Name: 'step',
    ActionOnFailure: action,
    HadoopJarStep: { Jar: 'command-runner.jar', Args: ['bash', '-c', script] },
  })
  const start = async (more: object = {}, instances: object = {}): Promise<string> => {
    const { JobFlowId } = await call('RunJobFlow', {
      Name: 'x',
      ReleaseLabel: 'emr-7.12.0',
      Instances: {
        KeepJobFlowAliveWhenNoSteps: true,
        MasterInstanceType: 'm5.xlarge',
        InstanceCount: 2,
        ...instances,
      },
      ...more,
    })
    return JobFlowId as string
  }
  /** The first step first. */
  const steps = async (id: string): Promise<Step[]> =>
    ((await call('ListSteps', { ClusterId: id }))['Steps'] as Step[]).toReversed()
  const states = async (id: string): Promise<string[]> =>
    (await steps(id)).map(({ Status }) => Status.State)
  const there = async (file: string): Promise<void> => {
    await expect.poll(() => read(file), { timeout: 20_000, interval: 20 }).not.toBe('')
  }
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return ''
    }
  }

  test('goes on with its clusters: what ran is killed and FAILED, what waited runs once', async () => {
    const [ran, waited] = [join(folder, 'ran'), join(folder, 'waited')]
    const id = await start({
      Steps: [bash(`echo x >> ${ran}; sleep 600`), bash(`echo x >> ${waited}`)],
    })
    await there(ran)
    const [first] = await steps(id)
    await killAndStart()
    await reach(id, 'WAITING')
    expect(await states(id)).toEqual(['FAILED', 'COMPLETED'])
    expect((await steps(id))[0]!.Status.FailureDetails).toMatchObject({
      Reason: 'Interrupted.',
      Message: expect.stringContaining('headrig ended while the step ran'),
    })
    expect([read(ran), read(waited)]).toEqual(['x\n', 'x\n'])
    expect(await processesWith('HEADRIG_STEP_ID', first!.Id)).toEqual([])
    await call('TerminateJobFlows', { JobFlowIds: [id] })
    await reach(id, 'TERMINATED')
  })

  test('lets a step that it interrupted have its effect on the cluster', async () => {
    const file = join(folder, 'fatal')
    const fatal = bash(`echo x >> ${file}; sleep 600`, 'TERMINATE_CLUSTER')
    const id = await start({ Steps: [fatal, bash('true')] })
    await there(file)
    await killAndStart()
    await reach(id, 'TERMINATED_WITH_ERRORS')
    expect(await states(id)).toEqual(['FAILED', 'CANCELLED'])
    expect(read(file)).toBe('x\n')
  })

  test('ends a cluster whose nodes were being set up: no bootstrap action runs twice', async () => {
    const file = join(folder, 'setup')
    const script = join(folder, 'setup.sh')
    writeFileSync(script, `#!/bin/bash\necho "$(pwd)" >> ${file}\nsleep 600\n`, { mode: 0o755 })
    const id = await start({
      Steps: [bash('true')],
      BootstrapActions: [{ Name: 'x', ScriptBootstrapAction: { Path: `file://${script}` } }],
    })
    await there(file)
    await killAndStart()
    await reach(id, 'TERMINATED_WITH_ERRORS')
    const { Cluster } = await call('DescribeCluster', { ClusterId: id })
    expect(Cluster).toMatchObject({
      Status: {
        StateChangeReason: {
          Code: 'BOOTSTRAP_FAILURE',
          Message: expect.stringContaining('was running when headrig ended'),
        },
      },
    })
    const lines = read(file).trim().split('\n')
    expect(new Set(lines).size).toBe(lines.length)
    const { Instances } = await call('ListInstances', { ClusterId: id })
    for (const { Id } of Instances as { Id: string }[])
      expect(await processesWith('HEADRIG_STEP_ID', `${Id}-ba-1`)).toEqual([])
    expect(await states(id)).toEqual(['CANCELLED'])
  })

  test('goes on ending a cluster, and one that is stopped gently leaves nothing behind', async () => {
    const file = join(folder, 'stubborn')
    const id = await start({ Steps: [bash(`trap '' TERM; echo x >> ${file}; sleep 600`)] })
    await there(file)
    await call('TerminateJobFlows', { JobFlowIds: [id] })
    const [step] = await steps(id)
    await killAndStart()
    await reach(id, 'TERMINATED')
    expect(await states(id)).toEqual(['CANCELLED'])
    expect(await processesWith('HEADRIG_STEP_ID', step!.Id)).toEqual([])
    const last = join(folder, 'last')
    const other = await start({ Steps: [bash(`echo x >> ${last}; sleep 600`)] })
    await there(last)
    const [running] = await steps(other)
    await stop()
    expect(await processesWith('HEADRIG_STEP_ID', running!.Id)).toEqual([])
  })
})
