#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Negate {
  static constexpr Spec spec{"negate", Shape::Map,   {"x"}, {"y"}, {}, "The value with its sign changed.",
                             "−x",     "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return -in[0];
  }
};

}  // namespace LQ_NS
