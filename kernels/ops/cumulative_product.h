#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct CumulativeProduct {
  static constexpr Spec spec{
      "cumulative_product", Shape::Scan, {"x"}, {"y"}, {}, "Product of all values so far.", "Π x", "definition", 0};
  template <class V>
  struct State {
    V product = splat<V>(1);
    LQ_FN V step(const V* in, const double*) {
      const auto ok = valid(in[0]);
      product = select(ok, product * in[0], product);
      return select(ok, product, missing<V>());
    }
  };
};

}  // namespace LQ_NS
