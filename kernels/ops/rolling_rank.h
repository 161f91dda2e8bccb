#pragma once
#include "../core/window.h"

namespace LQ_NS {

struct RollingRank {
  static constexpr Spec spec{
      "rolling_rank",
      Shape::Rolling,
      {"x"},
      {"y"},
      {window_option(1), kMinPeriods},
      "Average rank of the newest value among the valid ones of its window, divided by their count.",
      "(#{x < newest} + (#{x = newest} + 1)/2) / n",
      "Kakushadze 2016, doi:10.2139/ssrn.2701346",
      1e-15};
  /** Counts over the window's rows, oldest first: ranks are whole or half, so no order of counting matters. */
  template <class V>
  struct Counts {
    V n{}, less{}, same{};
    LQ_FN void push(V x, V newest) {
      n = n + one_where<V>(valid(x));
      less = less + one_where<V>(x < newest);
      same = same + one_where<V>(x == newest);
    }
    LQ_FN V value(V newest) const {
      return select(valid(newest), (less + (same + splat<V>(1)) * splat<V>(0.5)) / n, missing<V>());
    }
  };
};

}  // namespace LQ_NS
