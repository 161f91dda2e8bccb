import { CROSS } from './cross.js'
import type { ReferenceKernel } from './kernel.js'
import { MAP } from './map.js'
import { ROLLING } from './rolling.js'
import { SCAN } from './scan.js'

/**
 * What every kernel means: name → plain function. It judges the native kernels in the tests and stands in for them on a
 * machine without a compiler. Segment kernels are judged by the fold of `src/resample`.
 */
export const REFERENCE: Record<string, ReferenceKernel> = { ...MAP, ...ROLLING, ...SCAN, ...CROSS }
