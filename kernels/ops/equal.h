#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Equal {
  static constexpr Spec spec{"equal", Shape::Map,   {"x", "y"},
                             {"z"},   {},           "1 where x = y, else 0; missing where either is missing.",
                             "x = y", "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return select(valid(in[0]) & valid(in[1]), one_where<V>(in[0] == in[1]), missing<V>());
  }
};

}  // namespace LQ_NS
