#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Ewm {
  static constexpr Spec spec{
      "ewm",
      Shape::Scan,
      {"x"},
      {"y"},
      {window_option(1)},
      "Exponentially weighted mean of all values so far, its weights summing to 1 from the first "
      "value on, as pandas and qlib have it.",
      "Σ (1 − α)^i·x[−i] / Σ (1 − α)^i, α = 2/(window + 1)",
      "pandas DataFrame.ewm, adjust=True",
      1e-12};
  template <class V>
  struct State {
    V weight{}, mean{};
    LQ_FN V step(const V* in, const double* o) {
      const double keep = 1 - 2 / (o[0] + 1);
      const auto ok = valid(in[0]);
      const V total = splat<V>(1) + splat<V>(keep) * weight;
      const V moved = keep > 0 ? mean + (in[0] - mean) * (splat<V>(1) / total) : in[0];
      mean = select(ok, moved, mean);
      weight = select(ok, total, weight);
      return select(ok, mean, missing<V>());
    }
  };
};

}  // namespace LQ_NS
