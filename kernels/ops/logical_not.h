#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct LogicalNot {
  static constexpr Spec spec{
      "logical_not", Shape::Map,   {"x"}, {"y"}, {}, "1 where a condition is 0, else 0; missing where it is missing.",
      "x = 0",       "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return select(valid(in[0]), one_where<V>(in[0] == splat<V>(0)), missing<V>());
  }
};

}  // namespace LQ_NS
