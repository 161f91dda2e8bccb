import { BAR_DOUBLES } from '../compute/trials.js'
import { type Execution, isBar, type Prices } from './backtest.js'

/**
 * Bars as trials read them: close, open, and the changes between them, [rows × BAR_DOUBLES] each the same for all.
 *
 * @param prices of the span, from its first bar on
 */
export function marketBars({ open, close }: Prices, execution: Execution): Float64Array {
  const rows = close.length
  const bars = new Float64Array(new SharedArrayBuffer(rows * BAR_DOUBLES * Float64Array.BYTES_PER_ELEMENT))
  let last = Number.NaN
  for (let row = 0, at = 0; row < rows; row++, at += BAR_DOUBLES) {
    if (!isBar({ open: open[row], close: close[row] }, execution)) continue
    bars[at] = close[row]
    bars[at + 1] = open[row]
    bars[at + 2] = last > 0 ? close[row] / last - 1 : 0
    bars[at + 3] = last > 0 ? open[row] / last - 1 : 0
    bars[at + 4] = close[row] / open[row] - 1
    bars[at + 5] = 1
    last = close[row]
  }
  return bars
}
