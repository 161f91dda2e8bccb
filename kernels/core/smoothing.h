// The recursive mean that EMA and Wilder's indicators share.
#pragma once
#include "lanes.h"

namespace LQ_NS {

/**
 * mean ← mean + α·(x − mean), seeded with the mean of the first `window` valid values (TA-Lib's convention): α is 1/k
 * for the k-th of them, so the seed is a running mean. That way the division is no part of what one row waits for of
 * the row before. A missing input leaves the state as it was.
 */
template <class V>
struct Smoothed {
  V n{}, mean{};
  LQ_FN void push(V x, double window, double alpha) {
    const auto ok = valid(x);
    const V k = n + splat<V>(1);
    const auto seeding = n < splat<V>(window);
    const V share = select(seeding, splat<V>(1) / k, splat<V>(alpha));
    const V moved = alpha < 1 ? mean + share * (x - mean) : x;  // mean + (x − mean) need not be x
    mean = select(ok, moved, mean);
    n = select(ok & seeding, k, n);
  }
  LQ_FN auto ready(double window) const { return n == splat<V>(window); }
};

}  // namespace LQ_NS
