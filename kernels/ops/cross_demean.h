#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossDemean {
  static constexpr Spec spec{"cross_demean", Shape::Cross, {"x"}, {"y"}, {}, "The value less the mean of its row.",
                             "x − mean",     "definition", 1e-12};
  template <class Row>
  static LQ_FN void run(Row& row, const double*) {
    const auto m = row.moments();
    row.map([=](auto x) { return (x - m.c) - m.mean; });
  }
};

}  // namespace LQ_NS
