import { REFERENCE } from '../../src/reference/index.js'
import { mulberry32 } from './data.js'
import { type Case, difference, inputsOf, pickColumns, type Run, shuffled } from './judge.js'
import { byName } from './options.js'
import { scaleOf } from './scale.js'

/**
 * What every kernel owes its caller, whatever it computes. Each function takes kernels to run and a case, and says what
 * is wrong with the first cell that breaks the rule, or null.
 */
type Rule = (run: Run, of: Case) => string | null

/** No look-ahead: rows that are cut off leave no trace in those before them. */
export const ignoresLaterRows: Rule = (run, of) => {
  const { spec, shape, options } = of
  const inputs = inputsOf(of)
  const full = run(spec.name, inputs, shape, options)
  const random = mulberry32(of.seed)
  for (let i = 0; i < 4; i++) {
    const rows = Math.floor(random() * shape.rows)
    const head = { ...of, shape: { ...shape, rows } }
    const cut = (table: Float64Array) => table.slice(0, rows * shape.cols)
    const wrong = difference(head, full.map(cut), run(spec.name, inputs.map(cut), head.shape, options))
    if (wrong) return `${wrong}, cut at row ${rows}`
  }
  return null
}

/** Rows from r on have the same bits when the table starts just early enough to fill the window of row r. */
export const continuesFromHistory: Rule = (run, of) => {
  const { spec, shape, options } = of
  const inputs = inputsOf(of)
  const full = run(spec.name, inputs, shape, options)
  const history = spec.options[0].name === 'window' ? options[0] - 1 : options[0]
  const random = mulberry32(of.seed)
  for (let i = 0; i < 4; i++) {
    const from = Math.floor(random() * shape.rows)
    const first = Math.max(0, from - history)
    const rows = shape.rows - first
    const later = inputs.map((table) => table.slice(first * shape.cols))
    const part = run(spec.name, later, { rows, cols: shape.cols, first }, options)
    const tail = { ...of, shape: { ...shape, rows: shape.rows - from } }
    const expected = full.map((table) => table.slice(from * shape.cols))
    const wrong = difference(
      tail,
      expected,
      part.map((table) => table.slice((from - first) * shape.cols)),
    )
    if (wrong) return `${wrong}, row 0 being ${from} and the table starting at ${first}`
  }
  return null
}

/** A column's bits do not depend on its place, nor on its neighbours. */
export const keepsColumnsApart: Rule = (run, of) => {
  const { spec, shape, options } = of
  const inputs = inputsOf(of)
  const full = run(spec.name, inputs, shape, options)
  const order = shuffled(shape.cols, mulberry32(of.seed)).slice(0, Math.ceil(shape.cols * 0.6))
  const pick = (table: Float64Array) => pickColumns(table, shape.cols, order)
  const picked = { ...of, shape: { ...shape, cols: order.length } }
  return difference(picked, full.map(pick), run(spec.name, inputs.map(pick), picked.shape, options))
}

/** Columns in another order give the results in that order, up to the kernel's accuracy: sums have an order. */
export const followsColumns: Rule = (run, of) => {
  const { spec, shape, options } = of
  const inputs = inputsOf(of)
  const [full] = run(spec.name, inputs, shape, options)
  const order = shuffled(shape.cols, mulberry32(of.seed))
  const pick = (table: Float64Array) => pickColumns(table, shape.cols, order)
  const [found] = run(spec.name, inputs.map(pick), shape, options)
  const named = byName(spec, options)
  const [expected] = REFERENCE[spec.name](inputs, named, shape)
  const bound = pick(scaleOf(spec.name, { inputs, options: named, shape, expected })).map(
    (scale) => 2 * spec.accuracy * scale,
  )
  const want = pick(full)
  const near = want.map((value, i) => (Math.abs(found[i] - value) <= bound[i] ? found[i] : value))
  return difference(of, [near], [found])
}

/** Columns that are not there change no bit of those that are. */
export const ignoresMissingColumns: Rule = (run, of) => {
  const { spec, shape, options } = of
  const inputs = inputsOf(of)
  const full = run(spec.name, inputs, shape, options)
  const wide = { ...shape, cols: shape.cols + 11 }
  const order = Array.from({ length: shape.cols }, (_, n) => n)
  const padded = inputs.map((table) => pickColumns(table, shape.cols, [...order, ...new Array(11).fill(Number.NaN)]))
  const found = run(spec.name, padded, wide, options).map((table) => pickColumns(table, wide.cols, order))
  return difference(of, full, found)
}
