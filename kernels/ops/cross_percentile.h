#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossPercentile {
  static constexpr Spec spec{
      "cross_percentile",
      Shape::Cross,
      {"x"},
      {"y"},
      {},
      "Percentile across the row, 0 … 100, ties at their average rank; 50 where there is one value.",
      "100·(average rank − 1)/(n − 1)",
      "definition",
      1e-15};
  template <class Row>
  static LQ_FN void run(Row& row, const double*) {
    const double n = row.count();
    row.rank([=](double less, double same) { return n > 1 ? 100 * (less + (same - 1) * 0.5) / (n - 1) : 50; });
  }
};

}  // namespace LQ_NS
