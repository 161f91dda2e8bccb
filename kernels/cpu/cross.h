// Launcher of the cross-sectional shape: the columns of one row at a time.
#pragma once
#include "../core/row.h"
#include "lanes.h"
#include "sort.h"

namespace LQ_NS {

/** What a cross kernel may ask of its row. Sums are kStrands strided partials and a fixed tree, on every backend. */
struct CpuRow {
  const double* x;  // [columns], spare ones missing
  double* y;
  int64_t columns;
  Entry* entries;
  Entry* sorted = nullptr;
  int64_t n = -1;
  double middle = 0;
  bool folded = false;

  template <class F> LQ_FN double sum(F f) const {
    V p[kStrands / LQ_LANES]{};
    for (int64_t c = 0; c < columns; c += LQ_LANES) {
      const V v = load(x + c);
      V& strand = p[c / LQ_LANES % (kStrands / LQ_LANES)];
      strand = strand + select(valid(v), f(v), splat<V>(0));
    }
    double s[kStrands];
    __builtin_memcpy(s, p, sizeof s);
    for (int half = kStrands / 2; half > 0; half /= 2)
      for (int i = 0; i < half; ++i) s[i] = s[i] + s[i + half];
    return s[0];
  }
  LQ_FN double count() const {
    return sum([](auto v) { return one_where<decltype(v)>(valid(v)); });
  }
  /** The least valid value, +∞ where there is none. */
  LQ_FN double least() const {
    V m = splat<V>(__builtin_inf());
    for (int64_t c = 0; c < columns; c += LQ_LANES) {
      const V v = load(x + c);
      m = select(v < m, v, m);
    }
    double r = m[0];
    for (int i = 1; i < LQ_LANES; ++i) r = m[i] < r ? m[i] : r;
    return r + 0.0;  // −0 and 0 are one value here: which of them came first must not matter
  }
  LQ_FN RowMoments moments() const { return row_moments(*this); }
  template <class F> LQ_FN void map(F f) {
    for (int64_t c = 0; c < columns; c += LQ_LANES) store(y + c, finite_or_missing(f(load(x + c))));
  }
  /** From here on quantiles are of |x − m|. */
  LQ_FN void center(double m) {
    middle = m;
    folded = true;
    sorted = nullptr;
  }
  LQ_FN void sort() {
    if (sorted) return;
    n = 0;
    for (int64_t c = 0; c < columns; ++c)
      if (x[c] == x[c]) entries[n++] = Entry{folded ? absolute(x[c] - middle) : x[c], c};
    sorted = sort_entries(entries, entries + columns, n);
  }
  LQ_FN double quantile(double q) {
    sort();
    return row_quantile(*this, q, (double)n);
  }
  LQ_FN double nth(int64_t k) const { return sorted[k].value; }
  /** y = f(values below, values equal, itself included). */
  template <class F> LQ_FN void rank(F f) {
    sort();
    for (int64_t c = 0; c < columns; ++c) y[c] = missing<double>();
    for (int64_t i = 0, j; i < n; i = j) {
      for (j = i + 1; j < n && sorted[j].value == sorted[i].value;) ++j;
      const double value = f((double)i, (double)(j - i));
      for (int64_t k = i; k < j; ++k) y[sorted[k].column] = value;
    }
  }
};

/**
 * Rows are gathered kRows at a time: a tile's share of them is one stretch of memory, where row by row each cache
 * line would lie on a page of its own.
 */
constexpr int64_t kRows = 16;

template <class K> void cross(const lq::Args& a, int64_t from, int64_t to) {
  const int64_t columns = a.tiles * kTile;
  double* const x = a.scratch;
  double* const y = x + kRows * columns;
  Entry* const entries = (Entry*)(y + kRows * columns);
  for (int64_t start = from; start < to; start += kRows) {
    const int64_t rows = start + kRows < to ? kRows : to - start;
    for (int64_t tile = 0; tile < a.tiles; ++tile)
      for (int64_t r = 0; r < rows; ++r)
        __builtin_memcpy(x + r * columns + tile * kTile, a.in[0] + (tile * a.rows + start + r) * kTile, kTile * sizeof(double));
    for (int64_t r = 0; r < rows; ++r) {
      CpuRow row{x + r * columns, y + r * columns, columns, entries};
      K::run(row, a.options);
    }
    for (int64_t tile = 0; tile < a.tiles; ++tile)
      for (int64_t r = 0; r < rows; ++r)
        __builtin_memcpy(a.out[0] + (tile * a.rows + start + r) * kTile, y + r * columns + tile * kTile, kTile * sizeof(double));
  }
}

}  // namespace LQ_NS
