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
  /** Of a value with so many of the row's n values below it, and so many equal to it, itself included. */
  template <class V>
  static LQ_FN V ranked(V less, V same, V n) {
    return (less + (same + splat<V>(1)) * splat<V>(0.5)) / n;
  }
};

}  // namespace LQ_NS
