#pragma once
#include "../core/moments.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingCorr {
  static constexpr Spec spec{
      "rolling_corr",
      Shape::Rolling,
      {"x", "y"},
      {"y"},
      {window_option(2), kMinPeriods},
      "Pearson correlation over a window, of the rows where both are valid; missing where either side is all equal.",
      "Σ (x − mean x)(y − mean y) / √(Σ (x − mean x)² · Σ (y − mean y)²)",
      "Pearson 1895, doi:10.1098/rspl.1895.0041",
      1e-10};
  template <class V>
  using State = CoMoments<V>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    const V r = finite_or_missing(s.products() / (square_root(s.squares_x()) * square_root(s.squares_y())));
    return select(r > splat<V>(1), splat<V>(1), select(r < splat<V>(-1), splat<V>(-1), r));
  }
};

}  // namespace LQ_NS
