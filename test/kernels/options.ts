import type { KernelOption, KernelSpec } from '../../src/types.js'

/** Values of an option that are worth a test: edges, small primes, neighbours of powers of two. */
const EDGES: Record<string, number[]> = {
  window: [1, 2, 3, 5, 8, 9, 20, 64, 65],
  steps: [0, 1, 2, 7, 8, 64],
  clip: [0, 0.5, 3],
  k: [0, 0.5, 3],
  q: [0, 0.01, 0.1, 0.25, 0.5, 0.9, 1],
  a: [1, -2, 0.3],
  acceleration: [0, 0.02, 0.3],
  maximum: [0, 0.2, 1],
  ahead: [0, 1, -4],
}

/** Option lists, in the order of the spec, that a kernel is tested with. */
export function optionLists(spec: KernelSpec): number[][] {
  const lists = product(spec.options.filter((option) => option.name !== 'min_periods').map(edges))
  if (!spec.options.some((option) => option.name === 'min_periods')) return lists
  return lists.flatMap(([window, ...others]) => minPeriods(window).map((least) => [window, least, ...others]))
}

/** The widest window and lag of a kernel, which few rows fill; none of a kernel that has neither. */
export function widest(spec: KernelSpec): number[][] {
  const [first, second, ...others] = spec.options
  if (first?.name !== 'window' && first?.name !== 'steps') return []
  return [[first.max, ...(second === undefined ? [] : [1]), ...others.map(({ fallback }) => fallback)]]
}

/** A window or lag of about a year of days; none of a kernel that has neither. */
export function long(spec: KernelSpec): number[][] {
  return widest(spec).map((options) => options.with(0, 250))
}

/** A plain middle choice: what the spec falls back to, but a window and lag that a short table fills. */
export function plain(spec: KernelSpec): number[] {
  return spec.options.map(({ name, fallback }) => (name === 'window' ? 5 : name === 'steps' ? 2 : fallback))
}

/** Options by name, as the reference takes them. */
export function byName(spec: KernelSpec, options: number[]): Record<string, number> {
  return Object.fromEntries(spec.options.map(({ name }, i) => [name, options[i]]))
}

function edges({ name, min, max, fallback }: KernelOption): number[] {
  return (EDGES[name] ?? [fallback]).filter((value) => value >= min && value <= max)
}

/** The whole window; for a few windows also the edges and the middle. */
function minPeriods(window: number): number[] {
  return [2, 9, 64].includes(window) ? [...new Set([0, 1, Math.ceil(window / 2), window])] : [0]
}

function product(choices: number[][]): number[][] {
  return choices.reduce<number[][]>(
    (lists, values) => lists.flatMap((list) => values.map((value) => [...list, value])),
    [[]],
  )
}
