#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossWinsorizeSigma {
  static constexpr Spec spec{
      "cross_winsorize_sigma",
      Shape::Cross,
      {"x"},
      {"y"},
      {{"k", 0, 1e6, 3, "standard deviations"}},
      "Values beyond k population standard deviations (ddof = 0) from the row's mean are set to that bound.",
      "min(max(x, mean − k·σ), mean + k·σ)",
      "Tukey 1962, doi:10.1214/aoms/1177704711",
      1e-10};
  template <class Row>
  static LQ_FN void run(Row& row, const double* o) {
    const auto m = row.moments();
    const double low = m.c + (m.mean - o[0] * m.std), high = m.c + (m.mean + o[0] * m.std);
    row.map([=](auto x) { return clamp(x, low, high); });
  }
};

}  // namespace LQ_NS
