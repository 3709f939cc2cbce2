import { textOf } from '../../wire/members.js'
import type { Markers } from '../../wire/paging.js'
import type { AwsOperation } from '../../wire/service.js'
import type { SecurityStore } from '../security/store.js'

const PAGE = 50

/** The names of the security configurations. */
export const listSecurityConfigurations = (
  store: SecurityStore,
  markers: Markers,
): AwsOperation => ({
  readOnly: true,
  access: () => [{ action: 'elasticmapreduce:ListSecurityConfigurations', resource: '*' }],
  run({ Marker }) {
    const { page, marker } = markers.page(store.list(), {
      scope: 'ListSecurityConfigurations',
      marker: textOf(Marker),
      size: PAGE,
      keyOf: ({ name }) => name,
    })
    return {
      SecurityConfigurations: page.map(({ name, created }) => ({
        Name: name,
        CreationDateTime: created / 1000,
      })),
      Marker: marker,
    }
  },
})
