#pragma once
#include "../core/math.h"
#include "../core/spec.h"

namespace LQ_NS {

struct Fisher {
  static constexpr Spec spec{"fisher",
                             Shape::Scan,
                             {"x"},
                             {"y"},
                             {},
                             "Ehlers' Fisher transform of a position in its range, −1 … 1, both smoothed: v is set to "
                             "±0.999 where it is beyond ±0.99.",
                             "½·ln((1 + v)/(1 − v)) + ½·y[−1], v = 0.33·x + 0.67·v[−1]",
                             "Ehlers 2002, Using the Fisher Transform, Stocks & Commodities 20",
                             1e-14};
  template <class V>
  struct State {
    V position{}, value{};
    LQ_FN V step(const V* in, const double*) {
      const auto ok = valid(in[0]);
      const V v = splat<V>(0.33) * in[0] + splat<V>(0.67) * position, edge = splat<V>(0.99);
      const V bounded = select(v > edge, splat<V>(0.999), select(v < -edge, splat<V>(-0.999), v));
      const V half = splat<V>(0.5), one = splat<V>(1);
      const V next = half * LQ_NS::log((one + bounded) / (one - bounded)) + half * value;
      position = select(ok, bounded, position);
      value = select(ok, next, value);
      return select(ok, next, missing<V>());
    }
  };
};

}  // namespace LQ_NS
