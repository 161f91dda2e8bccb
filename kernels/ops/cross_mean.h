#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossMean {
  static constexpr Spec spec{
      "cross_mean", Shape::Cross, {"x"},
      {"y"},        {},           "Mean of the row, in every column; missing where there is no value.",
      "Σ x / n",    "definition", 1e-12};
  template <class Row>
  static LQ_FN void run(Row& row, const double*) {
    const auto m = row.moments();
    row.fill(m.c + m.mean);
  }
};

}  // namespace LQ_NS
