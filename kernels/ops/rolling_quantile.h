#pragma once
#include "../core/quantile.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingQuantile {
  static constexpr Spec spec{"rolling_quantile",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {window_option(1), kMinPeriods, {"q", 0, 1, 0.5, "share of the values"}},
                             "Quantile of a window by linear interpolation: 0.5 is the median.",
                             "x₍ₖ₎ + (x₍ₖ₊₁₎ − x₍ₖ₎)·f, k + f = 1 + (n − 1)·q",
                             "Hyndman, Fan 1996, doi:10.1080/00031305.1996.10473566",
                             1e-15};
  /** What is kept of each row of a window: its value, in order. */
  template <class V>
  struct State {
    V value;
  };
  /** Makes this a kernel of sorted windows: the launchers select, and interpolate as core/quantile.h says. */
  static LQ_FN double share(const double* options) { return options[2]; }
};

}  // namespace LQ_NS
