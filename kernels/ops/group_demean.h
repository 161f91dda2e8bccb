#pragma once
#include "../core/group.h"
#include "../core/spec.h"

namespace LQ_NS {

struct GroupDemean {
  static constexpr bool kGrouped = true;
  static constexpr Spec spec{"group_demean",
                             Shape::Cross,
                             {"x", "g"},
                             {"y"},
                             {},
                             "The value less the mean of its group; a group is the columns of a row with one code g.",
                             "x − mean",
                             "definition",
                             1e-12};
  template <class Group>
  static LQ_FN auto shared(const Group& group, const double*) {
    return group_moments(group);
  }
  template <class V>
  static LQ_FN V at(V x, const GroupMoments<V>& m, const double*) {
    return (x - m.c) - m.mean;
  }
};

}  // namespace LQ_NS
