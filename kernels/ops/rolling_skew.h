#pragma once
#include "../core/moments.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingSkew {
  static constexpr Spec spec{"rolling_skew",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {window_option(3), kMinPeriods},
                             "Skewness of a window, corrected for bias; missing where all values are equal.",
                             "n/((n − 1)(n − 2)) · Σ ((x − mean)/std)³",
                             "Joanes, Gill 1998, doi:10.1111/1467-9884.00122",
                             1e-10};
  template <class V>
  using State = Moments<V, 3>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    const V mean = s.s[0] / s.n, two = splat<V>(2);
    const V squares = s.squares() / s.n;
    const V cubes = s.s[2] - mean * (splat<V>(3) * s.s[1] - two * mean * s.s[0]);
    return s.n * square_root((s.n - splat<V>(1)) / squares) / (s.n - two) * (cubes / squares);
  }
};

}  // namespace LQ_NS
