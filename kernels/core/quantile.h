// Quantiles of sorted values by linear interpolation. Hyndman & Fan 1996, definition 7,
// doi:10.1080/00031305.1996.10473566.
#pragma once
#include "lanes.h"

namespace LQ_NS {

/** Which two of n sorted values a quantile lies between, and how far from the lower one. */
struct Place {
  int64_t low, high;
  double between;
  LQ_FN Place(int64_t n, double q) {
    const double at = (double)(n - 1) * q;
    low = (int64_t)at;
    high = low + 1 < n ? low + 1 : low;
    between = at - (double)low;
  }
};

template <class V>
LQ_FN V interpolated(V low, V high, V between) {
  return low + (high - low) * between;
}

}  // namespace LQ_NS
