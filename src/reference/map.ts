import { finiteOrMissing, missingTable, type ReferenceKernel } from './kernel.js'

const truth = (condition: boolean): number => (condition ? 1 : 0)

/** Elementwise kernels: a missing operand, and a result that is not finite, is missing. */
export const MAP: Record<string, ReferenceKernel> = {
  add: elementwise((x, y) => x + y),
  subtract: elementwise((x, y) => x - y),
  multiply: elementwise((x, y) => x * y),
  divide: elementwise((x, y) => x / y),
  minimum: elementwise((x, y) => Math.min(x, y)),
  maximum: elementwise((x, y) => Math.max(x, y)),
  power: elementwise((x, y) => x ** y),
  less: elementwise((x, y) => truth(x < y)),
  less_equal: elementwise((x, y) => truth(x <= y)),
  equal: elementwise((x, y) => truth(x === y)),
  not_equal: elementwise((x, y) => truth(x !== y)),
  logical_and: elementwise((x, y) => truth(x !== 0 && y !== 0)),
  logical_or: elementwise((x, y) => truth(x !== 0 || y !== 0)),
  negate: elementwise((x) => -x),
  absolute: elementwise((x) => Math.abs(x)),
  sign: elementwise((x) => Math.sign(x)),
  square_root: elementwise((x) => Math.sqrt(x)),
  log: elementwise((x) => Math.log(x)),
  exp: elementwise((x) => Math.exp(x)),
  logical_not: elementwise((x) => truth(x === 0)),
  where: chosen,
  coalesce: firstThere,
}

function elementwise(formula: (x: number, y: number) => number): ReferenceKernel {
  return ([x, y = x], _options, shape) => {
    const out = missingTable(shape)
    for (let i = 0; i < out.length; i++) {
      if (Number.isFinite(x[i]) && Number.isFinite(y[i])) out[i] = finiteOrMissing(formula(x[i], y[i]))
    }
    return [out]
  }
}

/** Only the condition and the value it chooses have to be there: `where(listed, price, nothing)` keeps its prices. */
function chosen(...[[condition, x, y], , shape]: Parameters<ReferenceKernel>): Float64Array[] {
  const out = missingTable(shape)
  for (let i = 0; i < out.length; i++) {
    if (Number.isFinite(condition[i])) out[i] = finiteOrMissing(condition[i] !== 0 ? x[i] : y[i])
  }
  return [out]
}

function firstThere(...[[x, y], , shape]: Parameters<ReferenceKernel>): Float64Array[] {
  const out = missingTable(shape)
  for (let i = 0; i < out.length; i++) out[i] = finiteOrMissing(Number.isFinite(x[i]) ? x[i] : y[i])
  return [out]
}
