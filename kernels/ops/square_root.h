#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct SquareRoot {
  static constexpr Spec spec{"square_root", Shape::Map,   {"x"}, {"y"}, {}, "Square root; missing for negative values.",
                             "√x",          "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return LQ_NS::square_root(in[0]);
  }
};

}  // namespace LQ_NS
