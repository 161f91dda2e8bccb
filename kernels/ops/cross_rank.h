#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossRank {
  static constexpr Spec spec{"cross_rank",
                             Shape::Cross,
                             {"x"},
                             {"y"},
                             {},
                             "Average rank of ties across the row, divided by the count of valid values.",
                             "(#{other < x} + (#{other = x} + 1)/2) / n",
                             "Kakushadze 2016, doi:10.2139/ssrn.2701346",
                             1e-15};
  template <class Row>
  static LQ_FN void run(Row& row, const double*) {
    const double n = row.count();
    row.rank([=](double less, double same) { return (less + (same + 1) * 0.5) / n; });
  }
};

}  // namespace LQ_NS
