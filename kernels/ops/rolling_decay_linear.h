#pragma once
#include "../core/line.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingDecayLinear {
  static constexpr Spec spec{
      "rolling_decay_linear",
      Shape::Rolling,
      {"x"},
      {"y"},
      {window_option(1), kMinPeriods},
      "Mean of the valid values of a window, weighted by row: 1 for the oldest, the window for the newest.",
      "Σ k·x / Σ k",
      "Kakushadze 2016, doi:10.2139/ssrn.2701346",
      1e-12};
  template <class V>
  using State = WeightedSums<V>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window& w) {
    return s.mean(w.size - w.newest);
  }
};

}  // namespace LQ_NS
