#pragma once
#include "../core/window.h"

namespace LQ_NS {

struct RollingDrawdown {
  static constexpr Spec spec{"rolling_drawdown",
                             Shape::Rolling,
                             {"x"},
                             {"y"},
                             {window_option(1), kMinPeriods},
                             "Greatest fall within a window, from a value to a later one; 0 where it only rises.",
                             "max x[i] − x[j], i ≤ j",
                             "Magdon-Ismail, Atiya 2004, Risk 17 (10)",
                             0};
  template <class V>
  struct State {
    V n{}, high = splat<V>(-__builtin_inf()), low = splat<V>(__builtin_inf()), fall{};
    /** Rows before the boundary come newest first, those after it oldest first. */
    LQ_FN void push(const V* in, double position) {
      const V x = in[0], deep = position < 0 ? x - low : high - x;
      fall = select(deep > fall, deep, fall);
      high = select(x > high, x, high);
      low = select(x < low, x, low);
      n = n + one_where<V>(valid(x));
    }
    LQ_FN void merge(const State& older) {
      const V deep = older.high - low, own = select(deep > fall, deep, fall);
      fall = select(older.fall > own, older.fall, own);
      high = select(older.high > high, older.high, high);
      low = select(older.low < low, older.low, low);
      n = n + older.n;
    }
  };
  template <class V>
  static LQ_FN V value(const State<V>& s, const V*, const Window&) {
    return s.fall;
  }
};

}  // namespace LQ_NS
