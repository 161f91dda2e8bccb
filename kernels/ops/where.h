#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Where {
  static constexpr Spec spec{
      "where",
      Shape::Map,
      {"condition", "x", "y"},
      {"z"},
      {},
      "x where the condition is not 0, else y; missing where the condition or the chosen value is missing.",
      "condition ? x : y",
      "definition",
      0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return select(valid(in[0]), select(in[0] != splat<V>(0), in[1], in[2]), missing<V>());
  }
};

}  // namespace LQ_NS
