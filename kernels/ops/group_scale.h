#pragma once
#include "../core/group.h"
#include "../core/spec.h"

namespace LQ_NS {

struct GroupScale {
  static constexpr bool kGrouped = true;
  static constexpr Spec spec{"group_scale",
                             Shape::Cross,
                             {"x", "g"},
                             {"y"},
                             {{"a", -1e300, 1e300, 1, "sum of absolute values"}},
                             "The group scaled to a sum of absolute values of a; missing where that sum is 0.",
                             "a·x / Σ|x|",
                             "definition",
                             1e-12};
  template <class Group>
  static LQ_FN auto shared(const Group& group, const double*) {
    return group.sum([](auto x) { return absolute(x); });
  }
  template <class V>
  static LQ_FN V at(V x, const V& total, const double* o) {
    return x * o[0] / total;
  }
};

}  // namespace LQ_NS
