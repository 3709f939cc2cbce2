import type { StepRunner } from '../../jobs/runner.js'
import type { StepRecord } from '../../jobs/step.js'
import type { StepDocument } from './documents.js'
import type { Documents } from './documents-store.js'

/** A step: what EMR knows of it, and its run. */
export interface StepView {
  readonly doc: StepDocument
  readonly run: StepRecord
}

/** What steps are found in. */
export interface StepPlaces {
  readonly documents: Pick<Documents, 'steps'>
  readonly runner: Pick<StepRunner, 'list'>
}

/** The steps of a cluster, in the order in which they came. */
export function stepsOf({ documents, runner }: StepPlaces, cluster: string): readonly StepView[] {
  const runs = new Map(runner.list(cluster).map((run) => [run.spec.id, run]))
  return documents.steps.of(cluster).flatMap((doc) => {
    const run = runs.get(doc.id)
    return run ? [{ doc, run }] : []
  })
}
