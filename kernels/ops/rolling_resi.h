#pragma once
#include "../core/line.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingResi {
  static constexpr Spec spec{"rolling_resi",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {window_option(2), kMinPeriods},
                             "The newest value less the least-squares line of the valid values on the row number.",
                             "x − mean x − slope·(t − mean t)",
                             "definition",
                             1e-10};
  template <class V>
  using State = LineSums<V>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V* newest, const Window& w) {
    return (newest[0] - s.c) - s.height(w.newest);
  }
};

}  // namespace LQ_NS
