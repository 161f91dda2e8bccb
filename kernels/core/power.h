// x^y with the same bits everywhere, error below 1 ulp: y·ln x in a pair of doubles, then its exponential.
#pragma once
#include "math.h"

namespace LQ_NS {

/** hi + lo: an exact sum or product of two doubles, or a value to twice their precision. */
template <class V>
struct Pair {
  V hi, lo;
};

/** Exact a + b, whatever their order. Knuth 1969, The Art of Computer Programming, volume 2. */
template <class V>
LQ_FN Pair<V> exact_sum(V a, V b) {
  const V s = a + b, t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}

/** Exact a·b for |a|, |b| < 2^970, in plain products: not every processor has fma. Dekker 1971, doi:10.1007/BF01397083.
 */
template <class V>
LQ_FN Pair<V> exact_product(V a, V b) {
  const V split = splat<V>(134217729.0);  // 2^27 + 1
  const V ca = split * a, ah = ca - (ca - a), al = a - ah;
  const V cb = split * b, bh = cb - (cb - b), bl = b - bh;
  const V p = a * b;
  return {p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

/**
 * ln x for finite x > 0, relative error below 2^-65.
 * x = 2^k·m; ln m = 2s + s³·(2/3 + s²·(2/5 + …)) with s = (m − 1)/(m + 1). s, s³ and the two leading coefficients are
 * pairs; what lies beyond is small enough for one double.
 */
template <class V>
LQ_FN Pair<V> log_pair(V x) {
  V k;
  const V m = mantissa(x, &k);
  const V f = m - splat<V>(1);
  const Pair<V> d = exact_sum(m, splat<V>(1));
  const V s = f / d.hi;
  const Pair<V> back = exact_product(s, d.hi);
  const V rest = (((f - back.hi) - back.lo) - s * d.lo) / d.hi;  // s + rest = f / (m + 1)
  const Pair<V> square = exact_product(s, s);
  const V w = square.hi, wl = square.lo + splat<V>(2) * s * rest;
  V tail = splat<V>(2.0 / 23);
  for (int odd = 21; odd >= 7; odd -= 2) tail = splat<V>(2.0 / odd) + w * tail;
  const Pair<V> fifth = exact_sum(splat<V>(0.4), w * tail);
  const V fifth_lo = fifth.lo - splat<V>(2.2204460492503132e-17);  // 2/5 − 0.4
  const Pair<V> wf = exact_product(w, fifth.hi);
  const Pair<V> third = exact_sum(splat<V>(2.0 / 3), wf.hi);
  const V third_lo = third.lo + (wf.lo + (wl * fifth.hi + w * fifth_lo) + splat<V>(3.700743415417188e-17));
  const Pair<V> cube = exact_product(s, w);
  const V cube_lo = cube.lo + (s * wl + rest * w);
  const Pair<V> t = exact_product(cube.hi, third.hi);
  const V t_lo = t.lo + (cube.hi * third_lo + cube_lo * third.hi);
  const Pair<V> a = exact_sum(k * splat<V>(kLn2High), splat<V>(2) * s);
  const Pair<V> b = exact_sum(a.hi, t.hi);
  const Pair<V> kl = exact_product(k, splat<V>(kLn2Low));
  const Pair<V> e = exact_sum(b.hi, kl.hi);
  return exact_sum(e.hi, (e.lo + b.lo) + (a.lo + (t_lo + (splat<V>(2) * rest + kl.lo))));
}

/** |x|^y for x ≠ 0; where y·ln|x| lies beyond the exponential's range, 0 or ∞. */
template <class V>
LQ_FN V power_of_magnitude(V x, V y) {
  const Pair<V> l = log_pair(absolute(x));
  const V rough = y * l.hi, limit = splat<V>(800);
  const V bounded = select(absolute(rough) < limit, y, splat<V>(0));  // else the splitting below could overflow
  const Pair<V> p = exact_product(bounded, l.hi);
  const V value = exp_of_sum(p.hi, p.lo + bounded * l.lo);
  const V beyond = select(rough > splat<V>(0), splat<V>(__builtin_inf()), splat<V>(0));
  return select(absolute(rough) < limit, value, beyond);
}

/**
 * x^y as IEEE 754 has it, but that what is not a real number is missing: x < 0 with y no integer, 0 with y < 0.
 */
template <class V>
LQ_FN V power(V x, V y) {
  const V zero = splat<V>(0), one = splat<V>(1);
  const V size = absolute(y), ulp_is_one = splat<V>(4503599627370496.0);  // 2^52
  const auto integral = (size >= ulp_is_one) | ((size + ulp_is_one) - ulp_is_one == size);
  const V half = size * splat<V>(0.5);
  const auto odd = integral & (half < ulp_is_one) & ((half + ulp_is_one) - ulp_is_one != half);
  const V safe = select((x == zero) | !valid(x), one, x);
  const V magnitude = power_of_magnitude(safe, select(valid(y), y, zero));
  const V at_zero = select(y > zero, zero, select(y == zero, one, missing<V>()));
  const V of_negative = select(integral, select(odd, -magnitude, magnitude), missing<V>());
  const V value = select(x == zero, at_zero, select(x < zero, of_negative, magnitude));
  return select(valid(x) & valid(y), value, missing<V>());
}

}  // namespace LQ_NS
