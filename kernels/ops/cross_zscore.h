#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossZScore {
  static constexpr Spec spec{
      "cross_zscore",
      Shape::Cross,
      {"x"},
      {"y"},
      {{"clip", 0, 1e6, 0, "standard deviations; 0 = none"}},
      "Z-score across the row with the population standard deviation (ddof = 0); missing where all values are equal.",
      "(x − mean) / √(Σ (x − mean)² / n)",
      "definition",
      1e-10};
  template <class Row>
  static LQ_FN void run(Row& row, const double* o) {
    const auto m = row.moments();
    const double each = 1 / m.std, clip = o[0] > 0 ? o[0] : __builtin_inf();  // equal values: 0·∞ is missing
    row.map([=](auto x) { return clamp(((x - m.c) - m.mean) * each, -clip, clip); });
  }
};

}  // namespace LQ_NS
