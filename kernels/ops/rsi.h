#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Rsi {
  static constexpr Spec spec{"rsi",
                             Shape::Scan,
                             {"x"},
                             {"y"},
                             {window_option(1)},
                             "Wilder's relative strength index, 0 … 100; 0 where there was neither gain nor loss.",
                             "100·gain/(gain + loss), both Wilder means of the changes between valid values",
                             "Wilder 1978, New Concepts in Technical Trading Systems",
                             1e-11};
  /** A ratio of means is a ratio of sums, s ← (1 − 1/n)·s + x, of which the seed is a plain sum: one division a row. */
  template <class V>
  struct State {
    V n{}, gain{}, loss{}, before = missing<V>();
    LQ_FN V step(const V* in, const double* o) {
      const double window = o[0];
      const V zero = splat<V>(0), change = in[0] - before;  // missing at the first valid value: the sums stay
      const auto ok = valid(change);
      const auto seeding = n < splat<V>(window);
      const V keep = select(seeding, splat<V>(1), splat<V>(1 - 1 / window));
      gain = select(ok, keep * gain + select(change > zero, change, zero), gain);
      loss = select(ok, keep * loss + select(change < zero, -change, zero), loss);
      n = select(ok & seeding, n + splat<V>(1), n);
      before = select(valid(in[0]), in[0], before);
      const V total = gain + loss;
      const V value = select(total == zero, zero, splat<V>(100) * gain / total);
      return select(ok & (n == splat<V>(window)), value, missing<V>());
    }
  };
};

}  // namespace LQ_NS
