// Launcher of the cross-sectional shape: the columns of one row at a time.
#pragma once
#include "../core/row.h"
#include "gather.h"
#include "select.h"

namespace LQ_NS {

/**
 * What a cross kernel of N inputs may ask of its row. Sums are kStrands strided partials and a fixed tree, on every
 * backend, over the columns where all inputs are there.
 */
template <int N>
struct CpuRow {
  const double* x[N];  // [columns], spare ones missing
  double* y;
  int64_t columns, filled;  // in whole tiles; without the spare ones
  uint64_t* keys;           // [columns] room to select in
  double middle = 0;
  bool folded = false;

  LQ_FN void read(int64_t c, V* v) const {
    for (int i = 0; i < N; ++i) v[i] = load(x[i] + c);
  }
  template <class F>
  LQ_FN double sum(F f) const {
    V p[kStrands / LQ_LANES]{};
    const auto add = [&](int64_t c, V& strand) {
      V v[N];
      read(c, v);
      strand = strand + select(all_valid<N>(v), applied<N>(f, v), splat<V>(0));
    };
    int64_t c = 0;
    for (; c + kStrands <= columns; c += kStrands)
      for (int i = 0; i < kStrands / LQ_LANES; ++i) add(c + i * LQ_LANES, p[i]);
    for (int i = 0; c < columns; c += LQ_LANES) add(c, p[i++]);
    double s[kStrands];
    __builtin_memcpy(s, p, sizeof s);
    for (int half = kStrands / 2; half > 0; half /= 2)
      for (int i = 0; i < half; ++i) s[i] = s[i] + s[i + half];
    return s[0];
  }
  LQ_FN double count() const {
    return sum([](auto v, auto...) { return splat<decltype(v)>(1); });
  }
  /** The least value of an input, +∞ where there is none. */
  template <int I = 0>
  LQ_FN double least() const {
    V m = splat<V>(__builtin_inf());
    for (int64_t c = 0; c < columns; c += LQ_LANES) {
      V v[N];
      read(c, v);
      m = select(all_valid<N>(v) & (v[I] < m), v[I], m);
    }
    double r = m[0];
    for (int i = 1; i < LQ_LANES; ++i) r = m[i] < r ? m[i] : r;
    return r + 0.0;  // −0 and 0 are one value here: which of them came first must not matter
  }
  LQ_FN RowMoments moments() const { return row_moments(*this); }
  template <class F>
  LQ_FN void map(F f) {
    for (int64_t c = 0; c < columns; c += LQ_LANES) {
      V v[N];
      read(c, v);
      store(y + c, finite_or_missing(applied<N>(f, v)));
    }
  }
  /** One value for every column. */
  LQ_FN void fill(double value) {
    for (int64_t c = 0; c < columns; ++c) y[c] = c < filled ? finite_or_missing(value) : missing<double>();
  }
  /** From here on quantiles are of |x − m|. */
  LQ_FN void center(double m) {
    middle = m;
    folded = true;
  }
  LQ_FN double quantile(double q) { return row_quantile(*this, q, count()); }
  /** The k-th valid value in ascending order. */
  LQ_FN double nth(int64_t k) const {
    int64_t n = 0;
    for (int64_t c = 0; c < columns; ++c)
      if (x[0][c] == x[0][c]) keys[n++] = ordered_bits(folded ? absolute(x[0][c] - middle) : x[0][c]);
    return select_kth(keys, n, k);
  }
};

template <class K>
void cross(const lq::Args& a, int64_t from, int64_t to) {
  constexpr int kInputs = inputs_of(K::spec);
  const int64_t columns = a.tiles * kTile;
  double* const x = a.scratch;
  double* const y = x + kInputs * kRows * columns;
  for (int64_t start = from; start < to; start += kRows) {
    const int64_t rows = start + kRows < to ? kRows : to - start;
    for (int i = 0; i < kInputs; ++i) gather(a, i, start, rows, x + i * kRows * columns);
    for (int64_t r = 0; r < rows; ++r) {
      CpuRow<kInputs> row{{}, y + r * columns, columns, a.columns, (uint64_t*)(y + kRows * columns)};
      for (int i = 0; i < kInputs; ++i) row.x[i] = x + (i * kRows + r) * columns;
      K::run(row, a.options);
    }
    scatter(a, start, rows, y);
  }
}

}  // namespace LQ_NS
