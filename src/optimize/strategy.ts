import { readFileSync } from 'node:fs'
import { LqError } from '../errors.js'
import { readFactorFile } from '../factors/set-file.js'
import { didYouMean } from '../factors/suggest.js'

/**
 * A strategy as data: conditions and numbers in the factor language, with `$parameters`.
 *
 *   long, short    conditions to hold the one side or the other; `long` counts where both are true
 *   exit, cover    conditions to leave the long side, the short side; left out: as soon as `long`, `short` is not true
 *   size           share of the equity that an entry takes, taken at its signal; left out: 1
 *   stop_loss, take_profit   constant fractions of the entry price;  holding = constant count of bars
 */
export interface Strategy {
  name: string
  /** what the file says of itself */
  note: string
  /** rule → expression */
  rules: Partial<Record<Rule, string>>
  /** parameter → values to try where the caller gives none: `5:50:5`, `20,60,200` */
  parameters: Record<string, string>
}

/** What a strategy may say, in the order in which it is laid out. */
export const RULES = ['long', 'exit', 'short', 'cover', 'size', 'stop_loss', 'take_profit', 'holding'] as const
export type Rule = (typeof RULES)[number]

/** Rules that are one number for the whole of a trial. */
export const CONSTANT_RULES: readonly Rule[] = ['stop_loss', 'take_profit', 'holding']

const PARAMETERS = 'parameters'

/**
 * Reads a strategy: a file as factors have, with the rules as names; the section `[parameters]` has values to try.
 *
 * @param source name of the file, for messages
 * @throws LQ_USAGE for an unknown rule, or one that leaves what is never entered
 */
export function readStrategy(text: string, { name, source }: { name: string; source: string }): Strategy {
  const { note, factors } = readFactorFile(text.replaceAll(/^([A-Za-z_]+)[ \t]*:/gm, '$1 ='), source)
  const strategy: Strategy = { name, note, rules: {}, parameters: {} }
  for (const factor of factors) {
    if (factor.category === PARAMETERS) strategy.parameters[factor.name] = factor.text
    else strategy.rules[ruleOf(factor.name, source)] = factor.text
  }
  const { rules } = strategy
  if (!rules.long && !rules.short) {
    throw new LqError('LQ_USAGE', `${source}: expected a rule long or short, found ${Object.keys(rules)}`, {
      hint: 'such as: long = mean(close, $fast) > mean(close, $slow)',
    })
  }
  for (const [leave, enter] of [
    ['exit', 'long'],
    ['cover', 'short'],
  ] as const) {
    if (rules[leave] && !rules[enter]) throw new LqError('LQ_USAGE', `${source}: ${leave} needs a rule ${enter}`)
  }
  return strategy
}

/** @throws LQ_INPUT_MISSING if there is no such file, LQ_USAGE if it is no strategy */
export function readStrategyFile(path: string): Strategy {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new LqError('LQ_INPUT_MISSING', `expected a strategy in ${path}, found no readable file`, { cause })
  }
  const name = path.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '')
  return readStrategy(text, { name, source: path })
}

function ruleOf(name: string, source: string): Rule {
  const known = RULES.find((rule) => rule === name)
  if (known) return known
  const hint = didYouMean(name, [...RULES], `the rules are ${RULES.join(', ')}`)
  throw new LqError('LQ_USAGE', `${source}: unknown rule ${name}`, { hint })
}
