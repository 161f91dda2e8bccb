/*
 * The standard normal distribution, to about 1e-15 of the value, the lower tail included: ask for Φ(−x), not 1 − Φ(x).
 */

/** e^(−y²) is below the smallest double beyond it. */
const TAIL_END = 28

/** Numerators and denominators of rational functions, highest power first. */
interface Rational {
  over: number[]
  under: number[]
}

/** Φ(x) = P(Z ≤ x). @see Cody 1969, doi:10.1090/S0025-5718-1969-0247736-4 (erf and erfc by rational functions) */
export function normalCdf(x: number): number {
  const y = Math.abs(x) / Math.SQRT2
  if (y <= 0.46875) return (1 + (x / Math.SQRT2) * ratio(ERF, y * y)) / 2
  const tail = y > TAIL_END ? 0 : (scaledErfc(y) * expOfHalfSquare(Math.abs(x))) / 2
  return x < 0 ? tail : 1 - tail
}

/** φ(x) = e^(−x²/2) / √(2π). @see definition */
export function normalDensity(x: number): number {
  return Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI)
}

/**
 * Φ⁻¹(p): −∞ at 0, ∞ at 1, NaN outside 0 … 1. For p close to 1, −normalQuantile(1 − p) with the small number known is
 * exact where this is not.
 *
 * @see Wichura 1988, algorithm AS 241 (PPND16), doi:10.2307/2347330
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q)
  const tail = q < 0 ? p : 1 - p
  if (!(tail > 0)) return tail === 0 ? Math.sign(q) * Number.POSITIVE_INFINITY : Number.NaN
  const r = Math.sqrt(-Math.log(tail))
  return Math.sign(q) * (r <= 5 ? ratio(TAIL, r - 1.6) : ratio(FAR_TAIL, r - 5))
}

/** e^(y²) erfc(y), y > 0.46875. */
function scaledErfc(y: number): number {
  if (y <= 4) return ratio(ERFC, y)
  const z = 1 / (y * y)
  return (1 / Math.sqrt(Math.PI) - z * ratio(ERFC_FAR, z)) / y
}

/** e^(−x²/2). x² would lose digits that the exponent needs: x is a part whose square is exact, and a small rest. */
function expOfHalfSquare(x: number): number {
  const short = Math.trunc(x * 16) / 16
  return Math.exp((-short * short) / 2) * Math.exp((-(x - short) * (x + short)) / 2)
}

function ratio({ over, under }: Rational, x: number): number {
  return polynomial(over, x) / polynomial(under, x)
}

function polynomial(coefficients: number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0)
}

const ERF: Rational = {
  over: [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694],
  under: [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
}

const ERFC: Rational = {
  over: [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
    881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  under: [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
    4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
}

const ERFC_FAR: Rational = {
  over: [
    0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
    0.0006587491615298378,
  ],
  under: [1, 2.568520192289822, 1.8729528499234604, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918],
}

const CENTRE: Rational = {
  over: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  under: [
    5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
}

const TAIL: Rational = {
  over: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  under: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
}

const FAR_TAIL: Rational = {
  over: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  under: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
}
