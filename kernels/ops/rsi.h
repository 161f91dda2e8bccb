#pragma once
#include "../core/smoothing.h"
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
  template <class V>
  struct State {
    Smoothed<V> gain, loss;
    V before = missing<V>();
    LQ_FN V step(const V* in, const double* o) {
      const double window = o[0], alpha = 1 / window;
      const V change = in[0] - before;  // missing at the first valid value: neither mean moves
      const V zero = splat<V>(0);
      const auto known = valid(change);
      gain.push(select(known, select(change > zero, change, zero), change), window, alpha);
      loss.push(select(known, select(change < zero, -change, zero), change), window, alpha);
      before = select(valid(in[0]), in[0], before);
      const V total = gain.mean + loss.mean;
      const V value = select(total == zero, zero, splat<V>(100) * gain.mean / total);
      return select(valid(in[0]) & gain.ready(window), value, missing<V>());
    }
  };
};

}  // namespace LQ_NS
