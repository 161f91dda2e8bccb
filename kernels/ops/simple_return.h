#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct SimpleReturn {
  static constexpr Spec spec{"simple_return",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {{"steps", 1, kWindowMax, 1, "rows"}},
                             "Relative change over some rows.",
                             "x[t]/x[t − steps] − 1",
                             "definition",
                             4e-16};
  template <class V>
  static LQ_FN V lagged(V now, V then) {
    return now / then - splat<V>(1);
  }
};

}  // namespace LQ_NS
