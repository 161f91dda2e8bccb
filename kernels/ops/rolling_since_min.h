#pragma once
#include "../core/extreme.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingSinceMin {
  static constexpr Spec spec{"rolling_since_min",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {window_option(1), kMinPeriods},
                             "Rows since the last least value of a window, 0 where it is the newest.",
                             "t − max{i: x[i] = min x}",
                             "Chande 1995, Aroon, Stocks & Commodities 13",
                             0};
  template <class V>
  using State = Extreme<V, -1, Placed::Last>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window& w) {
    return splat<V>(w.newest) - s.at;
  }
};

}  // namespace LQ_NS
