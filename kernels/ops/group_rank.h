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
  static LQ_FN double ranked(double less, double same, double n) { return (less + (same + 1) * 0.5) / n; }
};

}  // namespace LQ_NS
