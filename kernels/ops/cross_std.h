#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossStd {
  static constexpr Spec spec{"cross_std",
                             Shape::Cross,
                             {"x"},
                             {"y"},
                             {},
                             "Population standard deviation of the row (ddof = 0), in every column.",
                             "√(Σ (x − mean)² / n)",
                             "definition",
                             1e-10};
  template <class Row>
  static LQ_FN void run(Row& row, const double*) {
    row.fill(row.moments().std);
  }
};

}  // namespace LQ_NS
