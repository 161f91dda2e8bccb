#pragma once
#include "../core/moments.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingMad {
  static constexpr Spec spec{"rolling_mad",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {window_option(1), kMinPeriods},
                             "Mean absolute deviation of a window from its mean.",
                             "Σ |x − mean| / n",
                             "definition",
                             1e-12};
  template <class V>
  using State = Moments<V, 1>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&, const Rows<V>& x) {
    const V mean = s.mean();
    V sum{};
    for (int64_t k = 0; k < x.count; ++k) {
      const V distance = absolute(x[k] - mean);
      sum = sum + select(valid(distance), distance, splat<V>(0));
    }
    return sum / s.n;
  }
};

}  // namespace LQ_NS
