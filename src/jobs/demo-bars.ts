import { openAtomicFile } from '../lake/disk.js'

const SYMBOLS = ['ADA/USDT', 'BNB/USDT', 'BTC/USDT', 'DOGE/USDT', 'ETH/USDT', 'SOL/USDT']
const DAYS = 14
const MINUTES = DAYS * 1440
const MINUTE_MS = 60_000
const FROM_MS = Date.UTC(2026, 0, 1)
/** One minute in so many has no bar, as on a real exchange. */
const HOLE_EVERY = 500

/**
 * Writes two weeks of one-minute bars of six symbols as CSV: prices walk in ticks, some minutes are missing. Only
 * integer arithmetic makes them, so the file is the same on every machine.
 *
 * @returns rows written
 * @throws LQ_DISK
 */
export async function writeDemoBars(path: string): Promise<number> {
  const lines = ['timestamp,symbol,open,high,low,close,volume']
  for (const [i, symbol] of SYMBOLS.entries()) {
    const random = createRandom(i + 1)
    let ticks = 50_000 + 10_000 * i
    for (let minute = 0; minute < MINUTES; minute++) {
      const open = ticks
      ticks += random(41) - 20
      const high = Math.max(open, ticks) + random(15)
      const low = Math.min(open, ticks) - random(15)
      const volume = 1 + random(100_000)
      if (random(HOLE_EVERY) === 0) continue
      const prices = [open, high, low, ticks].map((price) => (price / 100).toFixed(2))
      lines.push([FROM_MS + minute * MINUTE_MS, symbol, ...prices, (volume / 1000).toFixed(3)].join(','))
    }
  }
  const file = await openAtomicFile(path)
  await file.write(Buffer.from(`${lines.join('\n')}\n`))
  await file.commit()
  return lines.length - 1
}

/** Integers below a bound, from a 32-bit linear congruential generator (Numerical Recipes), its high bits. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) % below
  }
}
