// What cross kernels ask of a row, written once over its sums and its order.
#pragma once
#include "lanes.h"

namespace LQ_NS {

constexpr int kStrands = 32;  // a warp on the device, 32 lanes of partial sums here

/** f of a kernel's N inputs at one column, or at some columns side by side. */
template <int N, class F, class T>
LQ_FN auto applied(F f, const T* v) {
  static_assert(N == 1 || N == 2);
  if constexpr (N == 1)
    return f(v[0]);
  else
    return f(v[0], v[1]);
}

/** Where all N inputs are there. */
template <int N, class T>
LQ_FN auto all_valid(const T* v) {
  if constexpr (N == 1)
    return valid(v[0]);
  else
    return valid(v[0]) & all_valid<N - 1>(v + 1);
}

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

/** Σ of squares and products of deviations from the means, over the columns where x and y are both there. */
struct RowProducts {
  double xx, yy, xy;
};

/** Values less the least, then less the mean of that: equal values give exactly 0, far from zero too. */
template <class Row>
LQ_FN RowProducts row_products(const Row& row) {
  const double n = row.count(), cx = row.template least<0>(), cy = row.template least<1>();
  const double mx = row.sum([=](auto x, auto) { return x - cx; }) / n;
  const double my = row.sum([=](auto, auto y) { return y - cy; }) / n;
  const double xx = row.sum([=](auto x, auto) { return ((x - cx) - mx) * ((x - cx) - mx); });
  const double yy = row.sum([=](auto, auto y) { return ((y - cy) - my) * ((y - cy) - my); });
  const double xy = row.sum([=](auto x, auto y) { return ((x - cx) - mx) * ((y - cy) - my); });
  return RowProducts{xx, yy, xy};
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
