import { LqError } from '../../errors.js'
import type { ParameterSpec } from '../types.js'

/** Numbers of parameter sets are exact up to here. */
const SETS_MAX = 2 ** 53
const VALUES_MAX = 1_000_000
export const PARAMETERS_MAX = 16

/** One parameter of a space: the values it may take in ascending order, or, without a list, any number from … to. */
export interface Dimension {
  name: string
  values: number[] | null
  from: number
  to: number
}

/** What is searched: the product of its dimensions, less the sets that a constraint forbids. */
export interface Space {
  dimensions: Dimension[]
  /** parameter sets before constraints; Infinity where a parameter may take any number */
  size: number
  allows(params: Record<string, number>): boolean
}

/**
 * @param allows true for the sets that may be tried; all if not given
 * @throws LQ_OPTION_RANGE for no parameter, too many, two of one name, too many values, or a range without values
 */
export function spaceOf(specs: ParameterSpec[], allows: Space['allows'] = () => true): Space {
  if (specs.length < 1 || specs.length > PARAMETERS_MAX) {
    throw rangeError(`expected 1 … ${PARAMETERS_MAX} parameters, got ${specs.length}`, 'give --param NAME=FROM:TO:STEP')
  }
  const twice = specs.find(({ name }, i) => specs.findIndex((spec) => spec.name === name) !== i)
  if (twice) throw rangeError(`expected each parameter once, got ${twice.name} twice`, 'list its values: n=5,10,20')
  const dimensions = specs.map(dimensionOf)
  const size = dimensions.reduce((product, { values }) => product * (values?.length ?? Number.POSITIVE_INFINITY), 1)
  if (Number.isFinite(size) && size > SETS_MAX) {
    throw rangeError(`expected at most 2^53 parameter sets, got ${size}`, 'take wider steps')
  }
  return { dimensions, size, allows }
}

/** Set number `index` of a space of lists, the last parameter fastest. */
export function setAt({ dimensions }: Space, index: number): Record<string, number> {
  const places = dimensions.map(() => 0)
  for (let d = dimensions.length - 1, rest = index; d >= 0; d--) {
    const count = dimensions[d].values?.length ?? 1
    places[d] = rest % count
    rest = Math.floor(rest / count)
  }
  return named(dimensions, (dimension, d) => valueAt(dimension, places[d]))
}

/** The set at a point of the unit cube. @param point [dimensions] 0 ≤ u < 1 each */
export function setOf({ dimensions }: Space, point: ArrayLike<number>): Record<string, number> {
  return named(dimensions, ({ values, from, to }, d) =>
    values ? values[Math.min(values.length - 1, Math.floor(point[d] * values.length))] : from + point[d] * (to - from),
  )
}

/** Text that two sets share only if they are equal. */
export function keyOf({ dimensions }: Space, params: Record<string, number>): string {
  return dimensions.map(({ name }) => params[name]).join(' ')
}

/** Where a value lies in its dimension, 0 … 1: by its place among the listed ones, else by its size. */
export function placeOf({ values, from, to }: Dimension, value: number): number {
  if (!values) return (value - from) / (to - from)
  return values.length > 1 ? values.indexOf(value) / (values.length - 1) : 0
}

function valueAt({ values, from }: Dimension, place: number): number {
  return values ? values[place] : from
}

function named(dimensions: Dimension[], value: (dimension: Dimension, d: number) => number): Record<string, number> {
  return Object.fromEntries(dimensions.map((dimension, d) => [dimension.name, value(dimension, d)]))
}

function dimensionOf({ name, values, from, to, step }: ParameterSpec): Dimension {
  if (values) {
    if (values.length < 1) throw rangeError(`expected at least one value of ${name}`, `such as ${name}=20,60,200`)
    const ascending = [...new Set(values)].sort((a, b) => a - b)
    return { name, values: ascending, from: ascending[0], to: ascending[ascending.length - 1] }
  }
  if (from === undefined || to === undefined || !(from <= to)) {
    throw rangeError(`expected ${name} from … to ascending, got ${from}:${to}`, `such as ${name}=5:50:5`)
  }
  if (from === to) return { name, values: [from], from, to }
  if (step === undefined) return { name, values: null, from, to }
  const stepped = steps({ name, from, to, step })
  return { name, values: stepped, from, to: stepped[stepped.length - 1] }
}

/** from, from + step, … up to and including `to`, each the double nearest to its decimal: 0.1:0.5:0.1 has 0.3. */
function steps({ name, from, to, step }: { name: string; from: number; to: number; step: number }): number[] {
  const count = Math.floor((to - from) / step + 1e-9) + 1
  if (!(step > 0) || !(count <= VALUES_MAX)) {
    const found = `expected a step above 0 and at most ${VALUES_MAX} values of ${name}, got ${from}:${to}:${step}`
    throw rangeError(found, 'take a wider step')
  }
  const digits = Math.min(100, Math.max(decimalsOf(from), decimalsOf(step)))
  return Array.from({ length: count }, (_, i) => Number((from + i * step).toFixed(digits)))
}

/** Digits after the point of the shortest decimal of a number: 0.25 has 2, 1e-7 has 7. */
function decimalsOf(value: number): number {
  const [digits, exponent = '0'] = String(value).split('e')
  return Math.max(0, (digits.split('.')[1] ?? '').length - Number(exponent))
}

function rangeError(message: string, hint: string): LqError {
  return new LqError('LQ_OPTION_RANGE', message, { hint })
}
