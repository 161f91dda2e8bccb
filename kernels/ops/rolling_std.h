#pragma once
#include "../core/moments.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingStd {
  static constexpr Spec spec{"rolling_std",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {window_option(2), kMinPeriods},
                             "Sample standard deviation over a window (ddof = 1).",
                             "√(Σ (x − mean)² / (n − 1))",
                             "Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115",
                             1e-10};
  template <class V>
  using State = Moments<V, 2>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    return square_root(s.variance());
  }
};

}  // namespace LQ_NS
