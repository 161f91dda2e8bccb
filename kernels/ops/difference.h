#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Difference {
  static constexpr Spec spec{"difference",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {{"steps", 1, kWindowMax, 1, "rows"}},
                             "Change over some rows.",
                             "x[t] − x[t − steps]",
                             "definition",
                             0};
  template <class V>
  static LQ_FN V lagged(V now, V then) {
    return now - then;
  }
};

}  // namespace LQ_NS
