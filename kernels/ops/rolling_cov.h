#pragma once
#include "../core/moments.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingCov {
  static constexpr Spec spec{"rolling_cov",
                             Shape::Rolling,
                             {"x", "y"},
                             {"y"},
                             {window_option(2), kMinPeriods},
                             "Sample covariance over a window (ddof = 1), of the rows where both are valid.",
                             "Σ (x − mean x)(y − mean y) / (n − 1)",
                             "Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115",
                             1e-10};
  template <class V>
  using State = CoMoments<V>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    return s.products() / (s.n * (s.n - splat<V>(1)));
  }
};

}  // namespace LQ_NS
