// log and exp with the same bits everywhere: only + − × ÷, comparisons and moves of bits. CUDA's and glibc's differ.
#pragma once
#include "lanes.h"

namespace LQ_NS {

/** Integers below 2^51 in the mantissa of a double: conversion by addition, which every instruction set has. */
constexpr double kIntegerMagic = 6755399441055744.0;  // 1.5 · 2^52

template <class V>
LQ_FN V to_double(Bits<V> k) {
  return from_bits<V>(k + bits_of(splat<V>(kIntegerMagic))) - splat<V>(kIntegerMagic);
}

/** The nearest integer, ties to even; |x| < 2^51. */
template <class V>
LQ_FN V nearest(V x) {
  return (x + splat<V>(kIntegerMagic)) - splat<V>(kIntegerMagic);
}

/** 2^k for integral −1022 ≤ k ≤ 1023. */
template <class V>
LQ_FN V power_of_two(V k) {
  return from_bits<V>((bits_of(k + splat<V>(kIntegerMagic + 1023)) << 52));
}

constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;

/** x = 2^k·m with m in [√½, √2), for finite x > 0. */
template <class V>
LQ_FN V mantissa(V x, V* k) {
  const auto tiny = x < splat<V>(2.2250738585072014e-308);
  const V scaled = select(tiny, x * splat<V>(18014398509481984.0), x);  // 2^54
  const Bits<V> i = bits_of(scaled) + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
  *k = to_double<V>((i >> 52) - 1023) - select(tiny, splat<V>(54), splat<V>(0));
  return from_bits<V>((i & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu);
}

/**
 * Natural logarithm, error below 1 ulp; NaN for x < 0, −∞ for 0.
 * ln x = k·ln 2 + ln m, f = m − 1, s = f/(2 + f); ln m = 2 artanh s by a minimax polynomial in s².
 * Source: the scheme and coefficients of Ng's log in FDLIBM (Sun Microsystems, 1993).
 */
template <class V>
LQ_FN V log(V x) {
  V k;
  const V f = mantissa(x, &k) - splat<V>(1);
  const V s = f / (splat<V>(2) + f), z = s * s, w = z * z;
  const V even = w * (splat<V>(3.999999999940941908e-01) +
                      w * (splat<V>(2.222219843214978396e-01) + w * splat<V>(1.531383769920937332e-01)));
  const V odd = z * (splat<V>(6.666666666666735130e-01) +
                     w * (splat<V>(2.857142874366239149e-01) +
                          w * (splat<V>(1.818357216161805012e-01) + w * splat<V>(1.479819860511658591e-01))));
  const V half = splat<V>(0.5) * f * f;
  const V r = k * splat<V>(kLn2High) - ((half - (s * (half + (even + odd)) + k * splat<V>(kLn2Low))) - f);
  const V zero = select(x == splat<V>(0), splat<V>(-__builtin_inf()), missing<V>());
  const V large = select(x == splat<V>(__builtin_inf()), x, r);
  return select(x > splat<V>(0), large, zero);
}

/**
 * e^(hi + lo) for |lo| far below |hi|, error below 1 ulp; ∞ above 709.78, 0 below −745.14.
 * hi = k·ln 2 + r with |r| ≤ ½ ln 2; e^r by the rational form r·c/(2 − c).
 * Source: the scheme and coefficients of FDLIBM's exp (Sun Microsystems, 1993).
 */
template <class V>
LQ_FN V exp_of_sum(V hi, V lo) {
  const V top = splat<V>(709.782712893383973096), bottom = splat<V>(-745.13321910194110842);
  const V bounded = select(hi > top, top, select(hi < bottom, bottom, select(valid(hi), hi, splat<V>(0))));
  const V k = nearest(bounded * splat<V>(1.44269504088896338700));
  const V rh = bounded - k * splat<V>(kLn2High), rl = k * splat<V>(kLn2Low) - lo;
  const V r = rh - rl, t = r * r;
  const V c =
      r - t * (splat<V>(1.66666666666666019037e-01) +
               t * (splat<V>(-2.77777777770155933842e-03) +
                    t * (splat<V>(6.61375632143793436117e-05) +
                         t * (splat<V>(-1.65339022054652515390e-06) + t * splat<V>(4.13813679705723846039e-08)))));
  const V y = splat<V>(1) - ((rl - (r * c) / (splat<V>(2) - c)) - rh);
  const V half = nearest(k * splat<V>(0.5));  // in two steps: 2^k alone may lie outside the normal range
  const V scaled = y * power_of_two(half) * power_of_two(k - half);
  const V limited = select(hi > top, splat<V>(__builtin_inf()), select(hi < bottom, splat<V>(0), scaled));
  return select(valid(hi), limited, missing<V>());
}

/** Exponential, error below 1 ulp. */
template <class V>
LQ_FN V exp(V x) {
  return exp_of_sum(x, splat<V>(0));
}

}  // namespace LQ_NS
