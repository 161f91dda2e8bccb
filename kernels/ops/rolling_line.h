#pragma once
#include "../core/line.h"
#include "../core/window.h"

namespace LQ_NS {

struct RollingLine {
  static constexpr Spec spec{
      "rolling_line",
      Shape::Rolling,
      {"x"},
      {"y"},
      {window_option(2), kMinPeriods, {"ahead", -kWindowMax, kWindowMax, 0, "rows after the newest"}},
      "The least-squares line of the valid values on the row number, at some row after the newest one, or before it.",
      "mean x + slope·(t + ahead − mean t)",
      "definition",
      1e-10};
  template <class V>
  using State = LineSums<V>;
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window& w) {
    return s.c + s.height(w.newest + w.options[2]);
  }
};

}  // namespace LQ_NS
