#pragma once
#include "../core/moments.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingZScore {
  static constexpr Spec spec{
      "rolling_zscore",
      Shape::Rolling,
      {"x"},
      {"y"},
      {window_option(2), kMinPeriods},
      "Rolling z-score with the sample standard deviation (ddof = 1); missing where all values are equal.",
      "(x − mean) / √(Σ (x − mean)² / (n − 1))",
      "Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115",
      1e-10};
  template <class V>
  using State = Moments<V, 2>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V* newest, const Window&) {
    const V distance = s.n * (newest[0] - s.c) - s.s[0];
    return distance * square_root((s.n - splat<V>(1)) / (s.n * s.squares()));  // equal values: 0·∞ is missing
  }
};

}  // namespace LQ_NS
