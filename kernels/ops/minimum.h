#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Minimum {
  static constexpr Spec spec{"minimum",   Shape::Map,   {"x", "y"}, {"z"}, {}, "The smaller of two values.",
                             "min(x, y)", "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return select(valid(in[0]) & valid(in[1]), select(in[1] < in[0], in[1], in[0]), missing<V>());
  }
};

}  // namespace LQ_NS
