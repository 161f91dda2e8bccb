import type { Dag, DagNode } from '../node.js'
import { power, signedPower } from './power.js'
import { condition, type Operator, type Parameter, value } from './signature.js'

const x = value('x')
const y = value('y')

/** Operators that look at one cell alone. A missing operand gives missing, and so does a result that is not finite. */
export const ELEMENTWISE: Operator[] = [
  plain('abs', ['absolute'], { kernel: 'absolute', parameters: [x], summary: 'absolute value' }),
  plain('sign', [], { kernel: 'sign', parameters: [x], summary: '1, 0 or −1' }),
  plain('log', ['ln'], { kernel: 'log', parameters: [x], summary: 'natural logarithm; missing for x ≤ 0' }),
  plain('exp', [], { kernel: 'exp', parameters: [x], summary: 'e to the power x' }),
  plain('sqrt', [], { kernel: 'square_root', parameters: [x], summary: 'square root; missing for x < 0' }),
  plain('add', [], { kernel: 'add', parameters: [x, y], summary: 'x + y' }),
  plain('sub', ['subtract'], { kernel: 'subtract', parameters: [x, y], summary: 'x − y' }),
  plain('mul', ['multiply'], { kernel: 'multiply', parameters: [x, y], summary: 'x · y' }),
  plain('div', ['divide'], { kernel: 'divide', parameters: [x, y], summary: 'x ÷ y; missing where y is 0' }),
  plain('min', ['less', 'minimum'], { kernel: 'minimum', parameters: [x, y], summary: 'the smaller of two values' }),
  plain('max', ['greater', 'maximum'], { kernel: 'maximum', parameters: [x, y], summary: 'the greater of two values' }),
  {
    name: 'power',
    aliases: ['pow'],
    group: 'elementwise',
    parameters: [x, y],
    summary: 'x ^ y; a negative x needs an exponent that is an integer number, else it is missing',
    lower: ({ dag, node, at }) => power(dag, node, at.y),
  },
  {
    name: 'signedpower',
    aliases: ['signed_power'],
    group: 'elementwise',
    parameters: [x, y],
    summary: 'sign(x) · |x| ^ y',
    lower: ({ dag, node, at }) => signedPower(dag, node, at.y),
  },
  {
    name: 'clip',
    aliases: ['clamp'],
    group: 'elementwise',
    parameters: [x, value('low'), value('high')],
    summary: 'x, but at least low and at most high',
    lower: ({ dag, node }) => dag.apply('minimum', [dag.apply('maximum', [node.x, node.low]), node.high]),
  },
  {
    name: 'where',
    aliases: ['if', 'iff'],
    group: 'elementwise',
    parameters: [condition('condition'), x, y],
    summary: 'condition ? x : y; missing where the condition or the chosen value is missing',
    lower: ({ dag, node }) => dag.apply('where', [node.condition, node.x, node.y]),
  },
]

/** Comparisons and logic. They are missing, not false, where an operand is missing. */
export const CONDITIONS: Operator[] = [
  compare('lt', 'x < y', (dag, a, b) => dag.apply('less', [a, b])),
  compare('le', 'x ≤ y', (dag, a, b) => dag.apply('less_equal', [a, b])),
  compare('gt', 'x > y', (dag, a, b) => dag.apply('less', [b, a])),
  compare('ge', 'x ≥ y', (dag, a, b) => dag.apply('less_equal', [b, a])),
  compare('eq', 'x = y', (dag, a, b) => dag.apply('equal', [a, b])),
  compare('ne', 'x ≠ y', (dag, a, b) => dag.apply('not_equal', [a, b])),
  { ...plain('and', [], { kernel: 'logical_and', parameters: both(), summary: 'both hold' }), group: 'condition' },
  {
    ...plain('or', [], { kernel: 'logical_or', parameters: both(), summary: 'one holds, or both' }),
    group: 'condition',
  },
  {
    ...plain('not', [], { kernel: 'logical_not', parameters: [condition('x')], summary: 'does not hold' }),
    group: 'condition',
  },
]

function plain(
  name: string,
  aliases: string[],
  { kernel, parameters, summary }: { kernel: string; parameters: Parameter[]; summary: string },
): Operator {
  const inputs = parameters.map((parameter) => parameter.name)
  const lower: Operator['lower'] = ({ dag, node }) =>
    dag.apply(
      kernel,
      inputs.map((input) => node[input]),
    )
  return { name, aliases, group: 'elementwise', parameters, summary, lower }
}

function compare(name: string, summary: string, lower: (dag: Dag, x: DagNode, y: DagNode) => DagNode): Operator {
  const operator = { name, aliases: [], parameters: [x, y], summary }
  return { ...operator, group: 'condition', lower: ({ dag, node }) => lower(dag, node.x, node.y) }
}

function both(): Parameter[] {
  return [condition('x'), condition('y')]
}
