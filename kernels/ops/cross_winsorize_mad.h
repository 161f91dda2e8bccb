#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossWinsorizeMad {
  static constexpr Spec spec{
      "cross_winsorize_mad",
      Shape::Cross,
      {"x"},
      {"y"},
      {{"k", 0, 1e6, 5, "scaled median absolute deviations"}},
      "Values beyond k·1.4826 median absolute deviations from the row's median are set to that bound.",
      "min(max(x, median − k·1.4826·MAD), median + k·1.4826·MAD)",
      "Hampel 1974, doi:10.1080/01621459.1974.10482962",
      1e-12};
  template <class Row>
  static LQ_FN void run(Row& row, const double* o) {
    const double median = row.quantile(0.5);
    row.center(median);  // from here on quantiles are of |x − median|
    const double reach = o[0] * 1.4826 * row.quantile(0.5);
    row.map([=](auto x) { return clamp(x, median - reach, median + reach); });
  }
};

}  // namespace LQ_NS
