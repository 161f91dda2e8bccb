import { BarChart, HeatmapChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, VisualMapComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { CORRELATION_COLOURS, colour, SERIES_COLOURS, withVariables } from './palette.js'

use([BarChart, HeatmapChart, LineChart, GridComponent, LegendComponent, VisualMapComponent, SVGRenderer])

/** One line or group of bars of a chart. */
export interface ChartSeries {
  name: string
  /** missing is NaN */
  values: ArrayLike<number>
  /** drawn thin, behind the others */
  faint?: boolean
}

const WIDTH = 640
const HEIGHT = 240
const BOUNDS = { outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' } as const
const GRID = { ...BOUNDS, left: 8, right: 12, top: 34, bottom: 4 }
/** Pixels of one cell of a heat map, least and most. */
const CELL_PIXELS = { min: 14, max: 46 }
/** Beyond so many factors numbers would not fit into cells. */
const NUMBERED_MAX = 15

/** Lines over time, as SVG that fills the width it is given. @param timestamps [dates] ms */
export function lineChart(timestamps: ArrayLike<number>, series: ChartSeries[]): string {
  return draw({
    ...frame(series),
    xAxis: { type: 'time', ...axis(), splitLine: { show: false } },
    series: series.map(({ name, values, faint }, i) => ({
      ...{ type: 'line', name, showSymbol: false, silent: true, sampling: 'lttb' },
      lineStyle: {
        width: faint ? 0.8 : 1.8,
        color: SERIES_COLOURS[i % SERIES_COLOURS.length],
        opacity: faint ? 0.45 : 1,
      },
      itemStyle: { color: SERIES_COLOURS[i % SERIES_COLOURS.length] },
      data: Array.from(values, (value, date) => [timestamps[date], point(value)]),
    })),
  })
}

/** Bars side by side for each category. */
export function barChart(categories: string[], series: ChartSeries[]): string {
  return draw({
    ...frame(series),
    xAxis: { type: 'category', data: categories, ...axis(), axisTick: { show: false } },
    series: series.map(({ name, values }, i) => ({
      ...{ type: 'bar', name, silent: true, barMaxWidth: 36 },
      itemStyle: { color: SERIES_COLOURS[i % SERIES_COLOURS.length] },
      data: Array.from(values, point),
    })),
  })
}

/** A matrix of correlations, the first name at the top. */
export function heatMap(names: string[], matrix: (number | null)[][]): string {
  const cell = Math.max(CELL_PIXELS.min, Math.min(CELL_PIXELS.max, WIDTH / names.length))
  const size = cell * names.length
  const numbered = names.length <= NUMBERED_MAX
  const labels = { ...axis().axisLabel, interval: 0, fontSize: Math.min(12, cell - 3) }
  const side = {
    type: 'category',
    data: names,
    axisTick: { show: false },
    axisLine: { show: false },
    axisLabel: labels,
  }
  const cells = matrix.flatMap((row, i) => row.map((value, j) => [j, i, value ?? '-']))
  return draw(
    {
      ...{ animation: false, textStyle: { color: colour.ink } },
      grid: { ...BOUNDS, left: 8, right: 12, top: 8, bottom: 4 },
      xAxis: { ...side, axisLabel: { ...labels, rotate: 90 } },
      yAxis: { ...side, inverse: true },
      visualMap: { show: false, min: -1, max: 1, inRange: { color: CORRELATION_COLOURS } },
      series: [
        {
          ...{ type: 'heatmap', silent: true, data: cells },
          label: {
            ...{ show: numbered, color: colour.ink, fontSize: 11 },
            formatter: ({ value }: { value: unknown[] }) => (typeof value[2] === 'number' ? value[2].toFixed(2) : ''),
          },
        },
      ],
    },
    { width: size + 160, height: size + 120 },
  )
}

/** What lines and bars share. */
function frame(series: ChartSeries[]) {
  return {
    ...{ animation: false, useUTC: true, grid: GRID, textStyle: { color: colour.ink } },
    legend: {
      ...{ show: series.length > 1, top: 0, right: 8, icon: 'roundRect', itemWidth: 16, itemHeight: 8 },
      textStyle: { color: colour.muted },
    },
    yAxis: { type: 'value', scale: false, ...axis() },
  }
}

function axis() {
  return {
    axisLabel: { color: colour.muted },
    axisLine: { lineStyle: { color: colour.muted } },
    axisTick: { lineStyle: { color: colour.muted } },
    splitLine: { lineStyle: { color: colour.grid } },
  }
}

/** ECharts has a dash for a missing value. */
const point = (value: number): number | string => (Number.isNaN(value) ? '-' : value)

function draw(option: EChartsCoreOption, size = { width: WIDTH, height: HEIGHT }): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption(option)
    return withVariables(standAlone(chart.renderToSVGString()))
  } finally {
    chart.dispose()
  }
}

/** Takes away what depends on what was drawn before and what answers a pointer; the size becomes the greatest. */
function standAlone(svg: string): string {
  return svg
    .replace(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replace(/ (class="zr\d+-cls-\d+"|pointer-events="visible")/g, '')
    .replace(/zr\d+-/g, 'zr-')
    .replace(/^<svg width="(\d+)(\.\d+)?" height="[\d.]+"/, '<svg role="img" style="max-width:$1px"')
}
