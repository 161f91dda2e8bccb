#pragma once
#include "../core/smoothing.h"
#include "../core/spec.h"

namespace LQ_NS {

struct Ema {
  static constexpr Spec spec{"ema",
                             Shape::Scan,
                             {"x"},
                             {"y"},
                             {window_option(1)},
                             "Exponential moving average, seeded with the mean of the first `window` valid values.",
                             "y + 2/(window + 1)·(x − y)",
                             "TA-Lib TA_EMA",
                             1e-12};
  template <class V>
  struct State {
    Smoothed<V> mean;
    LQ_FN V step(const V* in, const double* o) {
      const double window = o[0], alpha = 2 / (window + 1);
      mean.push(in[0], window, alpha);
      return select(valid(in[0]) & mean.ready(window), mean.mean, missing<V>());
    }
  };
};

}  // namespace LQ_NS
