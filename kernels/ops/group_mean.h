#pragma once
#include "../core/group.h"
#include "../core/spec.h"

namespace LQ_NS {

struct GroupMean {
  static constexpr bool kGrouped = true;
  static constexpr Spec spec{
      "group_mean",
      Shape::Cross,
      {"x", "g"},
      {"y"},
      {},
      "Mean of the group, in every column that has a group; a group is the columns of a row with one code g.",
      "Σ x / n",
      "definition",
      1e-12};
  template <class Group>
  static LQ_FN auto shared(const Group& group, const double*) {
    return group_moments(group);
  }
  template <class V>
  static LQ_FN V at(V, const GroupMoments<V>& m, const double*) {
    return m.c + m.mean;
  }
};

}  // namespace LQ_NS
