#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Lag {
  static constexpr Spec spec{
      "lag",          Shape::Rolling, {"x"}, {"y"}, {{"steps", 0, kWindowMax, 1, "rows"}}, "The value some rows ago.",
      "x[t − steps]", "definition",   0};
  template <class V>
  static LQ_FN V lagged(V, V then) {
    return then;
  }
};

}  // namespace LQ_NS
