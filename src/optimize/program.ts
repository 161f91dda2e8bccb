import { LqError } from '../errors.js'
import { expectCondition, expectNumber } from '../factors/bind.js'
import { compile, lowered } from '../factors/compile.js'
import { createDag } from '../factors/dag.js'
import { inExpression } from '../factors/expression-error.js'
import type { Dag, DagNode } from '../factors/node.js'
import { planOf } from '../factors/plan.js'
import type { Scope } from '../factors/scope.js'
import { TILE_COLUMNS } from '../panel/arena.js'
import type { Plan } from '../types.js'
import { type Operand, operandName, split } from './split.js'
import { CONSTANT_RULES, RULES, type Rule, type Strategy } from './strategy.js'

/** One parameter set. */
export type Params = Record<string, number>

/** A strategy compiled for the columns of some bars, but for its parameters. */
export interface Program {
  strategy: Strategy
  scope: Scope
  operands: Operand[]
  /** elementwise steps, from operands to rules; `outputs` has the rules that vary from bar to bar */
  plan: Plan
}

/** What stands in the places of operands, per trial: a column of the table, or the same number at every bar. */
export type OperandValues = { columns: Int32Array } | { numbers: Float64Array }

/** What one batch of trials is computed of. */
export interface Binding {
  /** columns of the table; null: none. Each operand's own begin where a line of a cache does */
  nodes: (DagNode | null)[]
  /** per operand */
  operands: OperandValues[]
  /** rule → [trials], of the rules that are one number */
  constants: Partial<Record<Rule, Float64Array>>
}

const CONDITIONS: readonly Rule[] = ['long', 'exit', 'short', 'cover']
const START = { line: 1, column: 1 }

/**
 * Compiles a strategy.
 *
 * @param parameters names of the parameters that trials give
 * @throws LQ_EXPRESSION naming the rule, the place and what is wrong there
 */
export function compileStrategy(strategy: Strategy, scope: Scope, parameters: ReadonlySet<string>): Program {
  const rules = RULES.filter((rule) => strategy.rules[rule] !== undefined && !CONSTANT_RULES.includes(rule))
  const texts = rules.map((rule) => strategy.rules[rule] as string)
  const { operands, rest } = split(texts, parameters)
  const dag = createDag()
  const columns = new Set(operands.map((_, i) => operandName(i)))
  const outputs = new Map<string, DagNode>()
  for (const [i, rule] of rules.entries()) {
    outputs.set(
      rule,
      inRule(strategy, rule, () => {
        const node = lowered(rest[i], { dag, scope: { columns, adjust: 'none' } })
        return CONDITIONS.includes(rule) ? expectCondition(node, START) : expectNumber(node, START)
      }),
    )
  }
  return { strategy, scope, operands, plan: planOf(outputs) }
}

/**
 * Puts the values of trials into a program.
 *
 * @throws LQ_EXPRESSION where a value does not fit: a window of 0 rows, a condition where a number is due
 */
export function bindTrials(program: Program, trials: readonly Params[]): Binding {
  const dag = createDag()
  const nodes: (DagNode | null)[] = []
  const operands = program.operands.map((operand) => bindOperand(program, operand, { trials, dag, nodes }))
  const constants: Binding['constants'] = {}
  for (const rule of CONSTANT_RULES) {
    const text = program.strategy.rules[rule]
    if (text !== undefined) constants[rule] = constantOf(program, { rule, text, trials, dag })
  }
  return { nodes, operands, constants }
}

function bindOperand(
  { strategy, scope }: Program,
  { syntax, parameters }: Operand,
  { trials, dag, nodes }: { trials: readonly Params[]; dag: Dag; nodes: (DagNode | null)[] },
): OperandValues {
  const sets = distinct(trials, parameters)
  const found = sets.values.map((values) =>
    inStrategy(strategy, () => lowered(syntax, { dag, scope: { ...scope, parameters: values } })),
  )
  if (found.every(({ value }) => value !== null)) {
    return { numbers: Float64Array.from(sets.of, (set) => found[set].value as number) }
  }
  while (nodes.length % TILE_COLUMNS !== 0) nodes.push(null)
  const places = new Map<DagNode, number>()
  for (const node of found) {
    if (node.value !== null)
      throw new LqError('LQ_EXPRESSION', `${strategy.name}: a part of a rule is a number for some parameters alone`)
    if (!places.has(node)) places.set(node, nodes.push(node) - 1)
  }
  return { columns: Int32Array.from(sets.of, (set) => places.get(found[set]) as number) }
}

function constantOf(
  { strategy, scope }: Program,
  { rule, text, trials, dag }: { rule: Rule; text: string; trials: readonly Params[]; dag: Dag },
): Float64Array {
  const sets = distinct(
    trials,
    Object.keys(trials[0] ?? {}).filter((name) => text.includes(`$${name}`)),
  )
  const values = sets.values.map((parameters) =>
    inRule(strategy, rule, () => {
      const { value } = compile(dag, text, { ...scope, parameters })
      if (value !== null && value > 0) return value
      const found = value === null ? 'something that varies from bar to bar' : String(value)
      throw new LqError('LQ_EXPRESSION', `expected a number above 0, found ${found}`)
    }),
  )
  return Float64Array.from(sets.of, (set) => values[set])
}

/** The distinct values of some parameters, ascending, and which of them each trial has. */
function distinct(trials: readonly Params[], names: readonly string[]): { values: Params[]; of: Int32Array } {
  const places = new Map<string, { values: Params; trials: number[] }>()
  for (const [i, trial] of trials.entries()) {
    const key = names.map((name) => trial[name]).join(' ')
    const known = places.get(key)
    if (known) known.trials.push(i)
    else places.set(key, { values: Object.fromEntries(names.map((name) => [name, trial[name]])), trials: [i] })
  }
  const sorted = [...places.values()].sort((a, b) => {
    const name = names.find((one) => a.values[one] !== b.values[one])
    return name === undefined ? 0 : a.values[name] - b.values[name]
  })
  const of = new Int32Array(trials.length)
  for (const [set, { trials: own }] of sorted.entries()) for (const trial of own) of[trial] = set
  return { values: sorted.map(({ values }) => values), of }
}

function inRule<T>(strategy: Strategy, rule: Rule, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw inExpression({ name: `${strategy.name}: ${rule}` }, error)
  }
}

function inStrategy<T>(strategy: Strategy, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw inExpression({ name: strategy.name }, error)
  }
}
