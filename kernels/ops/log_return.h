#pragma once
#include "../core/math.h"
#include "../core/spec.h"

namespace LQ_NS {

struct LogReturn {
  static constexpr Spec spec{"log_return",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {{"steps", 1, kWindowMax, 1, "rows"}},
                             "Logarithmic change over some rows.",
                             "ln(x[t]/x[t − steps])",
                             "definition",
                             1e-15};
  template <class V>
  static LQ_FN V lagged(V now, V then) {
    return LQ_NS::log(now / then);
  }
};

}  // namespace LQ_NS
