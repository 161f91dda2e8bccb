#pragma once
#include "../core/moments.h"
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
  template <class V>
  using State = Count<V>;
  /** Values below the newest, and values not above it: their sum is twice the average rank less 1. Whole numbers. */
  template <class V>
  static LQ_FN V value(const State<V>& s, const V* newest, const Window&, const Rows<V>& x) {
    V below{}, within{};
    for (int64_t k = 0; k < x.count; ++k) {
      below = below + one_where<V>(x[k] < newest[0]);
      within = within + one_where<V>(x[k] <= newest[0]);
    }
    return select(valid(newest[0]), (below + within + splat<V>(1)) / (s.n + s.n), missing<V>());
  }
};

}  // namespace LQ_NS
