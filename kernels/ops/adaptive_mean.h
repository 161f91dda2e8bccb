#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct AdaptiveMean {
  static constexpr Spec spec{"adaptive_mean",
                             Shape::Scan,
                             {"x", "alpha"},
                             {"y"},
                             {},
                             "Exponential mean whose α, bounded to 0 … 1, is given for each row; it starts from the "
                             "value before the first α, or at the first value where there is none before.",
                             "y + α·(x − y)",
                             "Kaufman 1995, Smarter Trading",
                             1e-12};
  template <class V>
  struct State {
    V mean = missing<V>(), moved{};
    LQ_FN V step(const V* in, const double*) {
      const V x = in[0], alpha = clamp(in[1], 0, 1);
      const auto ok = valid(x);
      const auto moves = ok & valid(alpha);
      // From the end that weighs more: α = 1 gives x itself, and equal values stay what they are.
      const auto small = alpha <= splat<V>(0.5);
      const V from = select(small, mean, x), to = select(small, x, mean);
      const V next = from + select(small, alpha, splat<V>(1) - alpha) * (to - from);
      const V kept = select(ok & (moved == splat<V>(0)), x, mean);
      mean = select(moves, select(valid(mean), next, x), kept);
      moved = select(moves, splat<V>(1), moved);
      return select(moves, mean, missing<V>());
    }
  };
};

}  // namespace LQ_NS
