import { numberOf, objectOf, textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { APPLICATIONS, RELEASE_LABELS } from '../releases.js'

const PAGE = 100

/** The releases, by prefix and application. */
export const listReleaseLabels = ({ markers }: EmrContext): AwsOperation => ({
  readOnly: true,
  access: () => [{ action: 'elasticmapreduce:ListReleaseLabels', resource: '*' }],
  run({ Filters, NextToken, MaxResults }) {
    const filters = objectOf(Filters)
    const prefix = textOf(filters['Prefix']) ?? ''
    const application = (textOf(filters['Application']) ?? '').split('@')[0]?.toLowerCase() ?? ''
    const has =
      application === '' || APPLICATIONS.some(({ Name }) => Name.toLowerCase() === application)
    const labels = has ? RELEASE_LABELS.filter((label) => label.startsWith(prefix)) : []
    const { page, marker } = markers.page(labels, {
      scope: `ListReleaseLabels ${JSON.stringify([prefix, application])}`,
      marker: textOf(NextToken),
      size: Math.min(numberOf(MaxResults) ?? PAGE, PAGE),
      keyOf: (label) => label,
    })
    return { ReleaseLabels: [...page], NextToken: marker }
  },
})
