#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Maximum {
  static constexpr Spec spec{"maximum",   Shape::Map,   {"x", "y"}, {"z"}, {}, "The greater of two values.",
                             "max(x, y)", "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return select(valid(in[0]) & valid(in[1]), select(in[1] > in[0], in[1], in[0]), missing<V>());
  }
};

}  // namespace LQ_NS
