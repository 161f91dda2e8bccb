#pragma once
#include "../core/group.h"
#include "../core/spec.h"

namespace LQ_NS {

struct GroupRank {
  static constexpr bool kGrouped = true;
  static constexpr Spec spec{"group_rank",
                             Shape::Cross,
                             {"x", "g"},
                             {"y"},
                             {},
                             "Average rank of ties in the group, divided by its count of valid values.",
                             "(#{other < x} + (#{other = x} + 1)/2) / n",
                             "definition",
                             1e-15};
  /** Of a value with so many values of its n below, and so many equal, itself included. */
  template <class V>
  static LQ_FN V ranked(V less, V same, V n) {
    return (less + (same + splat<V>(1)) * splat<V>(0.5)) / n;
  }
};

}  // namespace LQ_NS
