import { expect } from 'vitest'

/**
 * Every printed value is met to one unit of its last digit (some tables cut digits off), or to `slack` of its size
 * where more digits are printed than were computed. Empty texts and `NaN` say nothing.
 *
 * @param terms.size what slack is relative to; the value itself unless told
 */
export function agree(found: Float64Array, texts: string[], terms: { slack: number; size?: number }): void {
  const most = Math.max(...texts.map(decimals))
  const off = texts.findIndex((text, i) => {
    if (text === '' || text === 'NaN') return false
    const unit = most === 0 ? 0 : 10 ** -(decimals(text) || most)
    const slack = terms.slack * (terms.size ?? Math.abs(Number(text)))
    return !(Math.abs(found[i] - Number(text)) <= Math.max(unit * (1 + 1e-9), slack))
  })
  expect(off < 0 ? null : `row ${off}: expected ${texts[off]}, found ${found[off]}`).toBeNull()
}

const decimals = (text: string): number => (text.includes('E') ? 0 : (text.split('.')[1]?.length ?? 0))
