#pragma once
#include "../core/smoothing.h"
#include "../core/spec.h"

namespace LQ_NS {

struct WilderMean {
  static constexpr Spec spec{"wilder_mean",
                             Shape::Scan,
                             {"x"},
                             {"y"},
                             {window_option(1)},
                             "Wilder's moving average, seeded with the mean of the first `window` valid values.",
                             "y + (x − y)/window",
                             "Wilder 1978, New Concepts in Technical Trading Systems",
                             1e-12};
  template <class V>
  struct State {
    Smoothed<V> mean;
    LQ_FN V step(const V* in, const double* o) {
      const double window = o[0], alpha = 1 / window;
      mean.push(in[0], window, alpha);
      return select(valid(in[0]) & mean.ready(window), mean.mean, missing<V>());
    }
  };
};

}  // namespace LQ_NS
