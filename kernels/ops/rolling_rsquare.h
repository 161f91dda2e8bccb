#pragma once
#include "../core/line.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingRsquare {
  static constexpr Spec spec{
      "rolling_rsquare",
      Shape::Rolling,
      {"x"},
      {"y"},
      {window_option(2), kMinPeriods},
      "Share of the variance of a window that its least-squares line explains; missing where all values are equal.",
      "(Σ (t − mean t)(x − mean x))² / (Σ (t − mean t)² · Σ (x − mean x)²)",
      "definition",
      1e-10};
  template <class V>
  using State = LineSums<V>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    const V share = s.products() * s.products() / (s.squares_of_position() * s.squares_of_value());
    return select(share > splat<V>(1), splat<V>(1), share);
  }
};

}  // namespace LQ_NS
