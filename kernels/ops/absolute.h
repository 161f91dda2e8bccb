#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Absolute {
  static constexpr Spec spec{"absolute", Shape::Map, {"x"}, {"y"}, {}, "Absolute value.", "|x|", "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return LQ_NS::absolute(in[0]);
  }
};

}  // namespace LQ_NS
