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
      "where x is all 0, and 0 where no more than 1e-24 of Σy² would be left.",
      "y − x·Σxy/Σx²",
      "Gauss 1809, Theoria motus",
      1e-12};
  static constexpr double kNothing = 1e-24;  // share of Σy² that is rounding alone
  template <class Row>
  static LQ_FN void run(Row& row, const double*) {
    const double xy = row.sum([](auto y, auto x) { return x * y; }), xx = row.sum([](auto, auto x) { return x * x; });
    const double slope = xx > 0 ? xy / xx : 0;
    const double yy = row.sum([](auto y, auto) { return y * y; });
    const double left = row.sum([=](auto y, auto x) { return (y - x * slope) * (y - x * slope); });
    // What rounding leaves of a multiple of x has a direction of its own: nobody should be fitted on it.
    const double keep = xx > 0 && left <= kNothing * yy && yy < __builtin_inf() ? 0 : 1;
    row.map([=](auto y, auto x) { return (y - x * slope) * keep; });
  }
};

}  // namespace LQ_NS
