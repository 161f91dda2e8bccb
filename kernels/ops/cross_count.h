#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossCount {
  static constexpr Spec spec{"cross_count",
                             Shape::Cross,
                             {"x"},
                             {"y"},
                             {},
                             "Count of the valid values of the row, in every column; missing where there is none.",
                             "n",
                             "definition",
                             0};
  template <class Row>
  static LQ_FN void run(Row& row, const double*) {
    const double n = row.count();
    row.fill(n > 0 ? n : missing<double>());
  }
};

}  // namespace LQ_NS
