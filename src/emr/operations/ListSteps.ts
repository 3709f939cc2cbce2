import { textOf, textsOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import { stepsOf } from '../cluster/steps.js'
import type { EmrContext } from '../context.js'
import { invalid } from '../errors.js'
import { clusterAccess, findCluster } from '../find.js'
import { showStep } from '../show-step.js'

const PAGE = 50
const MOST_IDS = 10

/** The steps of a cluster, the newest first, by state or id. */
export const listSteps = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access: ({ ClusterId }) => [
    clusterAccess(context, 'elasticmapreduce:ListSteps', textOf(ClusterId) ?? ''),
  ],
  run({ ClusterId, StepStates, StepIds, Marker }) {
    const { id } = findCluster(context, textOf(ClusterId) ?? '')
    const states = textsOf(StepStates)
    const ids = textsOf(StepIds)
    if (ids.length > MOST_IDS)
      throw invalid(`At most ${MOST_IDS} step ids can be given: there are ${ids.length}.`)
    const steps = stepsOf(context, id)
      .toReversed()
      .filter(
        ({ doc, run }) =>
          (states.length === 0 || states.includes(run.state)) &&
          (ids.length === 0 || ids.includes(doc.id)),
      )
    const { page, marker } = context.markers.page(steps, {
      scope: `ListSteps ${JSON.stringify([id, states, ids])}`,
      marker: textOf(Marker),
      size: PAGE,
      keyOf: ({ doc }) => doc.id,
    })
    return { Steps: page.map(showStep), Marker: marker }
  },
})
