#pragma once
#include "../core/extreme.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingArgmax {
  static constexpr Spec spec{"rolling_argmax",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {window_option(1), kMinPeriods},
                             "Position of the first greatest value of a window, its oldest row counted as 1.",
                             "argmax x",
                             "Kakushadze 2016, doi:10.2139/ssrn.2701346",
                             0};
  template <class V>
  using State = Extreme<V, 1, Placed::First>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window& w) {
    return s.at + splat<V>(w.size - w.newest);
  }
};

}  // namespace LQ_NS
