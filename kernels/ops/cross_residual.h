#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossResidual {
  static constexpr Spec spec{
      "cross_residual",
      Shape::Cross,
      {"y", "x"},
      {"y"},
      {},
      "What is left of y when its least-squares multiple of x across the row, through the origin, is taken away; y "
      "where x is all 0.",
      "y − x·Σxy/Σx²",
      "Gauss 1809, Theoria motus",
      1e-12};
  template <class Row>
  static LQ_FN void run(Row& row, const double*) {
    const double xy = row.sum([](auto y, auto x) { return x * y; }), xx = row.sum([](auto, auto x) { return x * x; });
    const double slope = xx > 0 ? xy / xx : 0;
    row.map([=](auto y, auto x) { return y - x * slope; });
  }
};

}  // namespace LQ_NS
