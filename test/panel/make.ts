import { buildPanel, type Panel, type PanelRequest, type PanelSeries } from '../../src/panel/panel.js'

/** A generator of numbers in [0, 1) that a seed decides (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A series from (timestamp, close) pairs; `open` is close + 100. */
export function seriesOf(symbol: string, points: [number, number][]): PanelSeries {
  const close = Float64Array.from(points, ([, value]) => value)
  const timestamp = Float64Array.from(points, ([time]) => time)
  return { symbol, bars: { rows: points.length, timestamp, columns: { close, open: close.map((v) => v + 100) } } }
}

/** Random series: `count` symbols S000 …, each with a bar at about `density` of `rows` timestamps, one minute apart. */
export function randomSeries(options: { count: number; rows: number; density: number; seed: number }): PanelSeries[] {
  const next = random(options.seed)
  return Array.from({ length: options.count }, (_, n) => {
    const points: [number, number][] = []
    for (let t = 0; t < options.rows; t++) if (next() < options.density) points.push([t * 60_000, next() * 10 - 5])
    return seriesOf(`S${String(n).padStart(3, '0')}`, points)
  })
}

/** A panel of `close` in slot 0, with room for one more field. */
export function panelOf(series: PanelSeries[], more: Partial<PanelRequest> = {}): Panel {
  return buildPanel({ series, fields: ['close'], slots: 2, memoryLimitMb: 1024, ...more })
}
