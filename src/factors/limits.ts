/** Bounds of the factor language. Each is checked in one place, and stated in the message of its error. */

/** characters of one expression */
export const EXPRESSION_LENGTH_MAX = 65_536

/** nodes of the syntax tree of one expression */
export const EXPRESSION_NODES_MAX = 10_000

/** height of that tree, which chains such as a + b + c have too: it bounds the recursion of parser and compiler */
export const EXPRESSION_DEPTH_MAX = 500

/** named expressions of one run */
export const EXPRESSIONS_MAX = 4096

/** characters of a name given to an expression */
export const NAME_LENGTH_MAX = 128

/** rows a window or a delay may span: the bound of the kernels */
export const WINDOW_MAX = 16_384

/** steps of one plan */
export const PLAN_STEPS_MAX = 16_384

/** columns that one plan reads */
export const PLAN_INPUTS_MAX = 1024

/** integer exponents beyond this are refused: repeated multiplication would lose too many digits */
export const EXPONENT_MAX = 1024
