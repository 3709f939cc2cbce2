import { AwsError } from '../../wire/aws-error.js'
import type { AwsOperation, JsonObject } from '../../wire/service.js'
import { trailArn, type Trail } from '../trail.js'
import { readOperation } from './read-operation.js'

/** The one trail there is. */
export function describeTrails(trail: Trail): AwsOperation {
  return readOperation('DescribeTrails', ({ trailNameList }) => {
    const names = Array.isArray(trailNameList) ? trailNameList : []
    const wanted = names.length === 0 || names.some((name) => isNameOf(trail, name))
    return { trailList: wanted ? [describe(trail)] : [] }
  })
}

export function getTrail(trail: Trail): AwsOperation {
  return readOperation(
    'GetTrail',
    ({ Name }) => {
      if (isNameOf(trail, Name)) return { Trail: describe(trail) }
      throw new AwsError(
        'TrailNotFoundException',
        `unknown trail: ${JSON.stringify(Name)} for the user: ${trail.account}; the only one is ${trail.name}`,
      )
    },
    trailArn(trail),
  )
}

export function listTrails(trail: Trail): AwsOperation {
  const { name: Name, region: HomeRegion } = trail
  return readOperation('ListTrails', () => ({
    Trails: [{ TrailARN: trailArn(trail), Name, HomeRegion }],
  }))
}

function isNameOf(trail: Trail, name: unknown): boolean {
  return name === trail.name || name === trailArn(trail)
}

function describe(trail: Trail): JsonObject {
  return {
    Name: trail.name,
    S3BucketName: trail.bucket,
    ...(trail.prefix !== '' && { S3KeyPrefix: trail.prefix }),
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: false,
    HomeRegion: trail.region,
    TrailARN: trailArn(trail),
    LogFileValidationEnabled: true,
    HasCustomEventSelectors: false,
    HasInsightSelectors: false,
    IsOrganizationTrail: false,
  }
}
