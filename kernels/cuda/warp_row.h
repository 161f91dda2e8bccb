// A row of a panel as one warp sees it: what cross kernels ask of their row, on the device.
#pragma once
#include "../core/args.h"
#include "../core/row.h"

#if defined(__CUDACC__)
#define LQ_DEVICE __device__ __forceinline__
#else
#define LQ_DEVICE inline
#endif

namespace LQ_NS {

constexpr int kTile = lq::kTile;

/** A row of N inputs, held by one warp: thread l owns the columns l, l + 32, … and the l-th strand of every sum. */
template <int N>
struct WarpRow {
  const lq::Args& a;
  int64_t row, columns;
  int lane;
  double middle = 0;
  bool folded = false;

  LQ_DEVICE int64_t at(int64_t c) const { return (c / kTile * a.rows + row) * kTile + c % kTile; }
  LQ_DEVICE double key(int64_t c) const {
    const double x = a.in[0][at(c)];
    return folded ? absolute(x - middle) : x;
  }
  LQ_DEVICE void read(int64_t c, double* v) const {
    for (int i = 0; i < N; ++i) v[i] = a.in[i][at(c)];
  }
  template <class F>
  LQ_DEVICE double sum(F f) const {
    double s = 0, v[N];
    for (int64_t c = lane; c < columns; c += kStrands) {
      read(c, v);
      s = s + (all_valid<N>(v) ? applied<N>(f, v) : 0.0);
    }
    for (int half = kStrands / 2; half > 0; half /= 2) s = s + __shfl_down_sync(~0u, s, half);
    return __shfl_sync(~0u, s, 0);
  }
  LQ_DEVICE double count() const {
    return sum([](auto...) { return 1.0; });
  }
  template <int I = 0>
  LQ_DEVICE double least() const {
    double m = __builtin_inf(), v[N];
    for (int64_t c = lane; c < columns; c += kStrands) {
      read(c, v);
      m = all_valid<N>(v) && v[I] < m ? v[I] : m;
    }
    for (int half = kStrands / 2; half > 0; half /= 2) {
      const double other = __shfl_down_sync(~0u, m, half);
      m = other < m ? other : m;
    }
    return __shfl_sync(~0u, m, 0) + 0.0;
  }
  LQ_DEVICE RowMoments moments() const { return row_moments(*this); }
  template <class F>
  LQ_DEVICE void map(F f) {
    double v[N];
    for (int64_t c = lane; c < columns; c += kStrands) {
      read(c, v);
      a.out[0][at(c)] = finite_or_missing(applied<N>(f, v));
    }
  }
  LQ_DEVICE void fill(double value) {
    for (int64_t c = lane; c < columns; c += kStrands)
      a.out[0][at(c)] = c < a.columns ? finite_or_missing(value) : missing<double>();
  }
  LQ_DEVICE void center(double m) {
    middle = m;
    folded = true;
  }
  /** How many keys of the row are below x, and how many equal it. */
  LQ_DEVICE void place(double x, double* less, double* same) const {
    *less = 0;
    *same = 0;
    for (int64_t c = 0; c < columns; ++c) {
      const double k = key(c);
      *less += k < x ? 1 : 0;
      *same += k == x ? 1 : 0;
    }
  }
  LQ_DEVICE double quantile(double q) { return row_quantile(*this, q, count()); }
  /** The k-th key in ascending order, found by counting: whichever thread owns one like it tells the others. */
  LQ_DEVICE double nth(int64_t k) const {
    double found = missing<double>();
    for (int64_t c = lane; c < columns; c += kStrands) {
      const double x = key(c);
      double less, same;
      place(x, &less, &same);
      if (valid(x) && less <= (double)k && (double)k < less + same) found = x;
    }
    for (int l = 0; l < kStrands; ++l) {
      const double other = __shfl_sync(~0u, found, l);
      if (valid(other)) return other;
    }
    return found;
  }
};

/** What one thread of a row's warp does for a kernel of ranks. */
template <class K>
LQ_DEVICE void rank_thread(const WarpRow<1>& row) {
  const double n = row.count();
  for (int64_t c = row.lane; c < row.columns; c += kStrands) {
    const double x = row.key(c);
    double less, same;
    row.place(x, &less, &same);
    row.a.out[0][row.at(c)] = valid(x) ? finite_or_missing(K::ranked(less, same, n)) : missing<double>();
  }
}

}  // namespace LQ_NS
