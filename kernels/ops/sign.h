#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Sign {
  static constexpr Spec spec{"sign", Shape::Map, {"x"}, {"y"}, {}, "1, 0 or −1.", "sign(x)", "definition", 0};
  template <class V>
  static LQ_FN V at(const V* in) {
    return select(valid(in[0]), one_where<V>(in[0] > splat<V>(0)) - one_where<V>(in[0] < splat<V>(0)), missing<V>());
  }
};

}  // namespace LQ_NS
