import { drawWithout, uniforms } from './random.js'
import { BLOCKS, type TrialSums } from './types.js'

/** The most trials that enter; of more, a sample. */
export const PBO_TRIALS_MAX = 20_000

const HALF = BLOCKS / 2
const STREAM = 0x70b0

/** Probability of back-test overfitting of a set of trials. */
export interface Overfitting {
  /** share of the splits whose best in sample was at or below the median out of sample; null with its reason */
  pbo: number | null
  reason: string | null
  /** trials that entered; `sampled` where these are not all */
  trials: number
  sampled: boolean
  /** [splits] λ = ln(ω/(1 − ω)), ω = rank out of sample of the best in sample ÷ (trials + 1) */
  logits: Float64Array
}

/**
 * Which trials enter: all, or a seeded sample of 20,000, the same for the same seed.
 *
 * @returns their numbers, ascending
 */
export function pboSample(trials: number, seed: number): Uint32Array {
  if (trials <= PBO_TRIALS_MAX) return Uint32Array.from({ length: trials }, (_, trial) => trial)
  const sample = new Uint32Array(PBO_TRIALS_MAX)
  const draws = drawWithout(trials, uniforms(seed, STREAM))
  for (let i = 0; i < sample.length; i++) sample[i] = draws.next().value
  return sample.sort()
}

/**
 * Combinatorially symmetric cross-validation. The bars are cut into 16 blocks; for each of the C(16, 8) = 12,870 ways
 * to take half of them as the sample, the trial with the best Sharpe ratio in it is ranked among all by the Sharpe
 * ratio of the other half. Equal ratios share their average rank; of equal ones in sample, the first trial is the best.
 * A half without a position counts as a Sharpe ratio of 0.
 *
 * Two passes over the trials, each with all half sums of one trial at a time, keep memory at a few numbers per split.
 *
 * @param blocks of each trial that enters (see pboSample); all have the same counts
 * @param ran    trials that were run, to say whether these are a sample
 * @see Bailey, Borwein, López de Prado & Zhu 2017, doi:10.21314/JCF.2016.322
 */
export function probabilityOfOverfitting(blocks: TrialSums['blocks'][], ran = blocks.length): Overfitting {
  const trials = blocks.length
  const reason = trials < 2 ? 'one trial: nothing was selected' : reasonOf(blocks[0])
  const found = { trials, sampled: trials < ran }
  if (reason !== null) return { pbo: null, reason, ...found, logits: new Float64Array(0) }
  const ranks = ranksOutOfSample(blocks)
  const logits = ranks.map((rank) => Math.log(rank / (trials + 1 - rank)))
  const overfitted = logits.reduce((count, logit) => count + (logit <= 0 ? 1 : 0), 0)
  return { pbo: overfitted / logits.length, reason: null, ...found, logits }
}

function reasonOf({ count }: TrialSums['blocks']): string | null {
  return count.every((bars) => bars > 0) ? null : `needs at least ${BLOCKS} returns`
}

/** @returns [splits] rank among the trials, from 1 = worst, that the best in sample has out of sample */
function ranksOutOfSample(blocks: TrialSums['blocks'][]): Float64Array {
  const splits = SPLITS.length
  const inSample = new Float64Array(splits).fill(Number.NEGATIVE_INFINITY)
  const outOfSample = new Float64Array(splits)
  const keys = new Float64Array(splits)
  for (const block of blocks) {
    rankingKeys(block, keys)
    for (let split = 0; split < splits; split++) {
      if (keys[split] <= inSample[split]) continue
      inSample[split] = keys[split]
      outOfSample[split] = keys[splits - 1 - split]
    }
  }
  // Twice the rank: 2 for a worse one, 1 for an equal one, so ties share the average of their ranks. Added without a
  // branch, which would be mispredicted every other time and take twice as long.
  const doubled = new Int32Array(splits).fill(1)
  for (const block of blocks) {
    rankingKeys(block, keys)
    for (let split = 0; split < splits; split++) {
      const other = keys[splits - 1 - split]
      doubled[split] += Number(other < outOfSample[split]) + Number(other <= outOfSample[split])
    }
  }
  return Float64Array.from(doubled, (rank) => rank / 2)
}

/**
 * A number per split that orders trials as their Sharpe ratios in sample do. With s = Σr and q = Σr² over n bars, the
 * ratio grows with s·|s|/(n·q − s²), and that, n being the same for all, with s·|s|/q: no difference of large numbers.
 */
function rankingKeys({ sum, sum2 }: TrialSums['blocks'], keys: Float64Array): void {
  subsetSums(sum, LOW_SUM, HIGH_SUM)
  subsetSums(sum2, LOW_SQUARES, HIGH_SQUARES)
  for (let split = 0; split < SPLITS.length; split++) {
    const low = SPLITS[split] & LOW_MASK
    const high = SPLITS[split] >> HALF
    const s = LOW_SUM[low] + HIGH_SUM[high]
    const q = LOW_SQUARES[low] + HIGH_SQUARES[high]
    keys[split] = q > 0 ? (s * Math.abs(s)) / q : 0
  }
}

/** Sums over every subset of the first eight blocks, and of the last eight: each is a smaller one's and one block. */
function subsetSums(values: Float64Array, low: Float64Array, high: Float64Array): void {
  for (let subset = 1; subset <= LOW_MASK; subset++) {
    const lowest = 31 - Math.clz32(subset & -subset)
    low[subset] = low[subset & (subset - 1)] + values[lowest]
    high[subset] = high[subset & (subset - 1)] + values[HALF + lowest]
  }
}

const LOW_MASK = (1 << HALF) - 1
const LOW_SUM = new Float64Array(1 << HALF)
const HIGH_SUM = new Float64Array(1 << HALF)
const LOW_SQUARES = new Float64Array(1 << HALF)
const HIGH_SQUARES = new Float64Array(1 << HALF)

/** Blocks in sample of each split, as bits, ascending: so split i and split (last − i) are each other's other half. */
const SPLITS = Uint16Array.from(
  Array.from({ length: 1 << BLOCKS }, (_, blocks) => blocks).filter((blocks) => bitsOf(blocks) === HALF),
)

function bitsOf(value: number): number {
  let count = 0
  for (let rest = value; rest > 0; rest &= rest - 1) count++
  return count
}
