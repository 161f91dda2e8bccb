#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CrossPercentile {
  static constexpr Spec spec{
      "cross_percentile",
      Shape::Cross,
      {"x"},
      {"y"},
      {},
      "Percentile across the row, 0 … 100, ties at their average rank; 50 where there is one value.",
      "100·(average rank − 1)/(n − 1)",
      "definition",
      1e-15};
  /** Of a value with so many of the row's n values below it, and so many equal to it, itself included. */
  template <class V>
  static LQ_FN V ranked(V less, V same, V n) {
    const V place = less + (same - splat<V>(1)) * splat<V>(0.5);
    return select(n > splat<V>(1), splat<V>(100) * place / (n - splat<V>(1)), splat<V>(50));
  }
};

}  // namespace LQ_NS
