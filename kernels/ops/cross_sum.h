#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossSum {
  static constexpr Spec spec{
      "cross_sum", Shape::Cross, {"x"}, {"y"}, {}, "Sum of the row, in every column; missing where there is no value.",
      "Σ x",       "definition", 1e-12};
  template <class Row>
  static LQ_FN void run(Row& row, const double*) {
    row.fill(row.count() > 0 ? row.sum([](auto x) { return x; }) : missing<double>());
  }
};

}  // namespace LQ_NS
