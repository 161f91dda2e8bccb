#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Coalesce {
  static constexpr Spec spec{"coalesce",        Shape::Map,   {"x", "y"}, {"z"}, {}, "x, or y where x is missing.",
                             "x valid ? x : y", "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return select(valid(in[0]), in[0], select(valid(in[1]), in[1], missing<V>()));
  }
};

}  // namespace LQ_NS
