#pragma once
#include "../core/line.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingSlope {
  static constexpr Spec spec{"rolling_slope",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {window_option(2), kMinPeriods},
                             "Slope of the least-squares line of the valid values on the row number.",
                             "Σ (t − mean t)(x − mean x) / Σ (t − mean t)²",
                             "definition",
                             1e-10};
  template <class V>
  using State = LineSums<V>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    return s.slope();
  }
};

}  // namespace LQ_NS
