#pragma once
#include "../core/group.h"
#include "../core/spec.h"

namespace LQ_NS {

struct GroupZScore {
  static constexpr bool kGrouped = true;
  static constexpr Spec spec{
      "group_zscore",
      Shape::Cross,
      {"x", "g"},
      {"y"},
      {},
      "Z-score in the group with the population standard deviation (ddof = 0); missing where all values are equal.",
      "(x − mean) / √(Σ (x − mean)² / n)",
      "definition",
      1e-10};
  template <class Group>
  static LQ_FN auto shared(const Group& group, const double*) {
    return group_moments(group);
  }
  template <class V>
  static LQ_FN V at(V x, const GroupMoments<V>& m, const double*) {
    return ((x - m.c) - m.mean) / m.std;
  }
};

}  // namespace LQ_NS
