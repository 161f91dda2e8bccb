#pragma once
#include "../core/moments.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingSum {
  static constexpr Spec spec{"rolling_sum",        Shape::Rolling, {"x"},        {"y"}, {window_option(1), kMinPeriods},
                             "Sum over a window.", "Σ x",          "definition", 1e-12};
  template <class V>
  using State = Sum<V>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    return s.s;
  }
};

}  // namespace LQ_NS
