import type { Config } from '../config.js'
import { TILE_COLUMNS } from '../panel/arena.js'
import { buildPanel, type Panel, type PanelSeries } from '../panel/panel.js'
import type { Plan, Step } from '../types.js'
import { loadAddon } from './addon.js'
import { type Catalogue, loadCatalogue, specOf } from './catalogue.js'
import { scratchElements } from './encode.js'

/** What a panel for a plan is built from, and with. */
export interface PlanPanelRequest {
  series: PanelSeries[]
  /** see PanelRequest */
  minBreadth?: number
  /** see PanelRequest */
  firstRow?: number
  /** see PanelRequest */
  reuse?: Panel
  config: Pick<Config, 'threads' | 'memoryLimitMb'>
}

/**
 * Builds the panel that a plan runs on: its inputs pivoted, slots for its results, scratch for each thread.
 *
 * @throws what `buildPanel` throws
 */
export function panelForPlan(plan: Plan, { config, ...request }: PlanPanelRequest): Panel {
  const catalogue = loadCatalogue()
  const { addon } = loadAddon()
  return buildPanel({
    ...request,
    fields: plan.inputs,
    slots: plan.slots,
    scratch: ({ tiles }) => config.threads * laneScratch(plan.steps, catalogue, tiles),
    memoryLimitMb: config.memoryLimitMb,
    advise: addon ? (values) => addon.advise(values) : undefined,
  })
}

/** Doubles of scratch that one thread needs for any of the steps, in whole lines. */
export function laneScratch(steps: Step[], catalogue: Catalogue, tiles: number): number {
  let most = 0
  for (const { kernel, options } of steps) {
    most = Math.max(most, scratchElements(specOf(catalogue, kernel), options, tiles))
  }
  return Math.ceil(most / TILE_COLUMNS) * TILE_COLUMNS
}
