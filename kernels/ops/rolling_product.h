#pragma once
#include "../core/window.h"

namespace LQ_NS {

struct RollingProduct {
  static constexpr Spec spec{
      "rolling_product",        Shape::Rolling, {"x"},        {"y"}, {window_option(1), kMinPeriods},
      "Product over a window.", "Π x",          "definition", 1e-12};
  template <class V>
  struct State {
    V n{}, product = splat<V>(1);
    LQ_FN void push(const V* in, double) {
      const auto ok = valid(in[0]);
      product = product * select(ok, in[0], splat<V>(1));
      n = n + one_where<V>(ok);
    }
    LQ_FN void merge(const State& older) {
      product = product * older.product;
      n = n + older.n;
    }
  };
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    return s.product;
  }
};

}  // namespace LQ_NS
