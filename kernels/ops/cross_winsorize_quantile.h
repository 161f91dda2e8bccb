#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossWinsorizeQuantile {
  static constexpr Spec spec{
      "cross_winsorize_quantile",
      Shape::Cross,
      {"x"},
      {"y"},
      {{"q", 0, 0.5, 0.01, "share of the row"}},
      "Values beyond the row's quantiles q and 1 − q are set to them; quantiles interpolate linearly.",
      "min(max(x, Q(q)), Q(1 − q))",
      "Hyndman, Fan 1996, type 7, doi:10.1080/00031305.1996.10473566",
      1e-12};
  template <class Row>
  static LQ_FN void run(Row& row, const double* o) {
    const double low = row.quantile(o[0]), high = row.quantile(1 - o[0]);
    row.map([=](auto x) { return clamp(x, low, high); });
  }
};

}  // namespace LQ_NS
