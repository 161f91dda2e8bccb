#pragma once
#include "../core/moments.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingKurt {
  static constexpr Spec spec{
      "rolling_kurt",
      Shape::Rolling,
      {"x"},
      {"y"},
      {window_option(4), kMinPeriods},
      "Excess kurtosis of a window, corrected for bias: 0 for normal values; missing where all values are equal.",
      "n(n + 1)/((n − 1)(n − 2)(n − 3)) · Σ ((x − mean)/std)⁴ − 3(n − 1)²/((n − 2)(n − 3))",
      "Joanes, Gill 1998, doi:10.1111/1467-9884.00122",
      1e-10};
  template <class V>
  using State = Moments<V, 4>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    const V one = splat<V>(1), mean = s.s[0] / s.n;
    const V squares = s.squares() / s.n;
    const V lower = splat<V>(6) * s.s[1] - splat<V>(3) * mean * s.s[0];
    const V fourths = s.s[3] - mean * (splat<V>(4) * s.s[2] - mean * lower);
    const V shape = s.n * (s.n + one) * (fourths / squares / squares) - splat<V>(3) * (s.n - one);
    return (s.n - one) / ((s.n - splat<V>(2)) * (s.n - splat<V>(3))) * shape;
  }
};

}  // namespace LQ_NS
