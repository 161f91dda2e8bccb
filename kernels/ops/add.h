#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Add {
  static constexpr Spec spec{"add", Shape::Map, {"x", "y"}, {"z"}, {}, "Sum of two fields.", "x + y", "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return in[0] + in[1];
  }
};

}  // namespace LQ_NS
