#pragma once
#include "../core/moments.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingMean {
  static constexpr Spec spec{
      "rolling_mean",        Shape::Rolling, {"x"},        {"y"}, {window_option(1), kMinPeriods},
      "Mean over a window.", "Σ x / n",      "definition", 1e-12};
  template <class V>
  using State = Moments<V, 1>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    return s.mean();
  }
};

}  // namespace LQ_NS
