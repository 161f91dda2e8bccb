// The recursive mean that EMA and Wilder's indicators share.
#pragma once
#include "lanes.h"

namespace LQ_NS {

/**
 * mean ← mean + α·(x − mean), seeded with the mean of the first `window` valid values (TA-Lib's convention).
 * A missing input leaves the state as it was.
 */
template <class V>
struct Smoothed {
  V n{}, mean{};  // while n < window, `mean` holds the sum
  LQ_FN void push(V x, double window, double alpha) {
    const auto ok = valid(x);
    const auto seeding = n < splat<V>(window);
    const V k = n + splat<V>(1);
    const V sum = mean + x;
    const V seeded = select(k == splat<V>(window), sum / splat<V>(window), sum);
    const V moved = alpha < 1 ? mean + splat<V>(alpha) * (x - mean) : x;  // mean + (x − mean) need not be x
    const V next = select(seeding, seeded, moved);
    mean = select(ok, next, mean);
    n = select(ok & seeding, k, n);
  }
  LQ_FN auto ready(double window) const { return n == splat<V>(window); }
};

}  // namespace LQ_NS
