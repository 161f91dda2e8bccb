#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Divide {
  static constexpr Spec spec{"divide", Shape::Map,   {"x", "y"},
                             {"z"},    {},           "Quotient of two fields; missing where y = 0.",
                             "x/y",    "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return in[0] / in[1];
  }
};

}  // namespace LQ_NS
