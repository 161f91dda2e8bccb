#pragma once
#include "../core/smoothing.h"
#include "../core/spec.h"

namespace LQ_NS {

struct Atr {
  static constexpr Spec spec{"atr",
                             Shape::Scan,
                             {"high", "low", "close"},
                             {"y"},
                             {window_option(1)},
                             "Average true range: Wilder's mean of the true range, from the second valid bar on.",
                             "mean of max(high − low, |high − close[−1]|, |low − close[−1]|)",
                             "Wilder 1978, New Concepts in Technical Trading Systems",
                             1e-12};
  template <class V>
  struct State {
    Smoothed<V> mean;
    V before = missing<V>();
    LQ_FN V step(const V* in, const double* o) {
      const double window = o[0], alpha = 1 / window;
      const auto ok = valid(in[0]) & valid(in[1]) & valid(in[2]);
      const V up = absolute(in[0] - before), down = absolute(in[1] - before), jump = select(up > down, up, down);
      const V span = in[0] - in[1];
      const V range = select(ok & valid(before), select(span > jump, span, jump), missing<V>());
      mean.push(range, window, alpha);
      before = select(ok, in[2], before);
      return select(valid(range) & mean.ready(window), mean.mean, missing<V>());
    }
  };
};

}  // namespace LQ_NS
