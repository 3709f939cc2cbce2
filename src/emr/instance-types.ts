/** A type of instance that a request may name. What a node gets is a share of this machine. */
export interface InstanceType {
  readonly type: string
  readonly vcpu: number
  readonly memoryGiB: number
  readonly isArm: boolean
}

const SIZES: Readonly<Record<string, number>> = {
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
}

/** GiB a virtual CPU, by family. */
const FAMILIES: Readonly<Record<string, number>> = {
  c5: 2,
  c6g: 2,
  m4: 4,
  m5: 4,
  m6g: 4,
  m6i: 4,
  r5: 8,
  r6g: 8,
}

/** Every type, by family and size. Facts of AWS: virtual CPUs and memory. */
export const INSTANCE_TYPES: readonly InstanceType[] = Object.entries(FAMILIES).flatMap(
  ([family, memory]) =>
    Object.entries(SIZES).map(([size, vcpu]) => ({
      type: `${family}.${size}`,
      vcpu,
      memoryGiB: vcpu * memory,
      isArm: family.endsWith('g'),
    })),
)

/** The virtual CPUs of a type; undefined for one that is not in the table. */
export function vcpuOf(type: string): number | undefined {
  return INSTANCE_TYPES.find((known) => known.type === type)?.vcpu
}
