#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossScale {
  static constexpr Spec spec{"cross_scale",
                             Shape::Cross,
                             {"x"},
                             {"y"},
                             {{"a", -1e300, 1e300, 1, "sum of absolute values"}},
                             "The row scaled to a sum of absolute values of a; missing where that sum is 0.",
                             "a·x / Σ|x|",
                             "Kakushadze 2016, doi:10.2139/ssrn.2701346",
                             1e-12};
  template <class Row>
  static LQ_FN void run(Row& row, const double* o) {
    const double total = row.sum([](auto x) { return absolute(x); }), a = o[0];
    row.map([=](auto x) { return x * a / total; });
  }
};

}  // namespace LQ_NS
