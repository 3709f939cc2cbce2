import { expect, it } from 'vitest'
import { sparkOfCluster } from './step-spark.js'

it('says that a cluster is not there', async () => {
  const places = { home: undefined, jars: undefined, enginesFolder: '/nowhere', env: {} }
  await expect(
    sparkOfCluster('j-1', { ...places, clustersFolder: '/nowhere' }),
  ).rejects.toMatchObject({ kind: 'not-found', message: 'no cluster "j-1": there is none' })
})
