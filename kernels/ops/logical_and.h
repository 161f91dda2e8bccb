#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct LogicalAnd {
  static constexpr Spec spec{
      "logical_and",   Shape::Map,   {"x", "y"},
      {"z"},           {},           "Logical and of two conditions; missing where either is missing.",
      "x ≠ 0 ∧ y ≠ 0", "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    const auto both = valid(in[0]) & valid(in[1]);
    return select(both, one_where<V>((in[0] != splat<V>(0)) & (in[1] != splat<V>(0))), missing<V>());
  }
};

}  // namespace LQ_NS
