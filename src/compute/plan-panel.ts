import type { Config } from '../config.js'
import { slotView, TILE_COLUMNS } from '../panel/arena.js'
import { buildPanel, type Panel, type PanelSeries } from '../panel/panel.js'
import { loadAddon } from './addon.js'
import { loadCatalogue, specOf } from './catalogue.js'
import type { LaneRoom } from './cpu.js'
import { scratchElements } from './encode.js'
import type { Layout } from './layout.js'

/** What a panel for a plan is built from, and with. */
export interface PlanPanelRequest {
  series: PanelSeries[]
  /** see PanelRequest */
  minBreadth?: number
  /** see PanelRequest */
  firstRow?: number
  /** see PanelRequest */
  reuse?: Pick<Panel, 'arena'>
  config: Pick<Config, 'threads' | 'memoryLimitMb'>
}

/**
 * Builds the panel that a laid-out plan runs on: its inputs pivoted, slots for its results, room for each thread.
 *
 * @throws what `buildPanel` throws
 */
export function panelForPlan(layout: Layout, { config, ...request }: PlanPanelRequest): Panel {
  const { addon } = loadAddon()
  const panel = buildPanel({
    ...request,
    fields: layout.inputs,
    slots: layout.slots,
    scratch: (shape) => {
      const { scratch, local } = laneRoom(layout, shape)
      return config.threads * (scratch + local)
    },
    memoryLimitMb: config.memoryLimitMb,
    advise: addon ? (values) => addon.advise(values) : undefined,
  })
  for (const { place, value } of layout.constants) fill(panel, place, value)
  return panel
}

/** What one thread needs for any of the stages, in whole lines. */
export function laneRoom(layout: Layout, { rows, tiles }: { rows: number; tiles: number }): LaneRoom {
  const catalogue = loadCatalogue()
  let most = 0
  for (const { kernel, options } of layout.stages.flatMap(({ steps }) => steps)) {
    most = Math.max(most, scratchElements(specOf(catalogue, kernel), options, tiles))
  }
  return { scratch: Math.ceil(most / TILE_COLUMNS) * TILE_COLUMNS, local: layout.locals * rows * TILE_COLUMNS }
}

/** Writes one number into every cell of a field; spare columns are missing, as in every field. */
function fill(panel: Panel, slot: number, value: number): void {
  const values = slotView(panel.arena, slot)
  values.fill(value)
  const spare = panel.tiles * TILE_COLUMNS - panel.cols
  if (spare === 0) return
  const last = (panel.tiles - 1) * panel.rows * TILE_COLUMNS
  for (let at = last; at < values.length; at += TILE_COLUMNS) {
    values.fill(Number.NaN, at + TILE_COLUMNS - spare, at + TILE_COLUMNS)
  }
}
