#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Multiply {
  static constexpr Spec spec{"multiply", Shape::Map,   {"x", "y"}, {"z"}, {}, "Product of two fields.",
                             "x·y",      "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return in[0] * in[1];
  }
};

}  // namespace LQ_NS
