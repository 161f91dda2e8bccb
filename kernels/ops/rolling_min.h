#pragma once
#include "../core/extreme.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingMin {
  static constexpr Spec spec{
      "rolling_min", Shape::Rolling, {"x"}, {"y"}, {window_option(1), kMinPeriods}, "Least value of a window.",
      "min x",       "definition",   0};
  template <class V>
  using State = Extreme<V, -1, Placed::Nowhere>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    return s.best;
  }
};

}  // namespace LQ_NS
