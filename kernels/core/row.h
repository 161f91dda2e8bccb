// What cross kernels ask of a row, written once over its sums and its order.
#pragma once
#include "lanes.h"

namespace LQ_NS {

constexpr int kStrands = 32;  // a warp on the device, 32 lanes of partial sums here

/** Of the valid values x: d = x − c with c the least of them; mean of d, population standard deviation. */
struct RowMoments {
  double n, c, mean, std;
};

/** c is one of the values, so Σd² − (Σd)²/n stays exact to a factor n of rounding; equal values give exactly 0. */
template <class Row>
LQ_FN RowMoments row_moments(const Row& row) {
  const double n = row.count(), c = row.least();
  const double s1 = row.sum([=](auto x) { return x - c; });
  const double s2 = row.sum([=](auto x) { return (x - c) * (x - c); });
  const double mean = s1 / n;
  return RowMoments{n, c, mean, square_root((s2 - s1 * mean) / n)};
}

/** Quantile q of n sorted values by linear interpolation (type 7). */
template <class Row>
LQ_FN double row_quantile(Row& row, double q, double n) {
  if (n == 0) return missing<double>();
  const double h = (n - 1) * q;
  const int64_t low = (int64_t)h, high = low + 1 < (int64_t)n ? low + 1 : low;
  const double a = row.nth(low), b = row.nth(high);
  return a + (b - a) * (h - (double)low);
}

}  // namespace LQ_NS
