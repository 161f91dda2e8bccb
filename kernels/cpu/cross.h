// Launcher of the cross-sectional shape: the columns of one row at a time.
#pragma once
#include "../core/row.h"
#include "lanes.h"
#include "order.h"
#include "select.h"

namespace LQ_NS {

/** What a cross kernel may ask of its row. Sums are kStrands strided partials and a fixed tree, on every backend. */
struct CpuRow {
  const double* x;  // [columns], spare ones missing
  double* y;
  int64_t columns;
  Order& order;    // of this row and its neighbours
  int lane;        // which of them this one is
  uint64_t* keys;  // [columns] room to select in
  double middle = 0;
  bool folded = false;

  template <class F>
  LQ_FN double sum(F f) const {
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
  template <class F>
  LQ_FN void map(F f) {
    for (int64_t c = 0; c < columns; c += LQ_LANES) store(y + c, finite_or_missing(f(load(x + c))));
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
      if (x[c] == x[c]) keys[n++] = ordered_bits(folded ? absolute(x[c] - middle) : x[c]);
    return select_kth(keys, n, k);
  }
  /** y = f(values below, values equal, itself included). */
  template <class F>
  LQ_FN void rank(F f) {
    order.sort();
    for (int64_t c = 0; c < columns; ++c) y[c] = missing<double>();
    order.ties(lane, x, [&](int64_t column, double less, double same) { y[column] = f(less, same); });
  }
};

/**
 * Rows are gathered kRows at a time: a tile's share of them is one stretch of memory, where row by row each cache
 * line would lie on a page of its own.
 */
constexpr int64_t kRows = 16;

template <class K>
void cross(const lq::Args& a, int64_t from, int64_t to) {
  const int64_t columns = a.tiles * kTile;
  double* const x = a.scratch;
  double* const y = x + kRows * columns;
  Key* const keys = (Key*)(y + kRows * columns);
  Entry* const entries = (Entry*)(keys + columns);
  for (int64_t start = from; start < to; start += kRows) {
    const int64_t rows = start + kRows < to ? kRows : to - start;
    for (int64_t tile = 0; tile < a.tiles; ++tile)
      for (int64_t r = 0; r < rows; ++r)
        __builtin_memcpy(x + r * columns + tile * kTile, a.in[0] + (tile * a.rows + start + r) * kTile,
                         kTile * sizeof(double));
    for (int64_t first = 0; first < rows; first += LQ_LANES) {
      const int64_t side = rows - first < LQ_LANES ? rows - first : LQ_LANES;  // rows that are sorted side by side
      Order order(x + first * columns, columns, side, keys, entries);
      for (int64_t r = 0; r < side; ++r) {
        CpuRow row{x + (first + r) * columns, y + (first + r) * columns, columns, order, (int)r, (uint64_t*)entries};
        K::run(row, a.options);
      }
    }
    for (int64_t tile = 0; tile < a.tiles; ++tile)
      for (int64_t r = 0; r < rows; ++r)
        __builtin_memcpy(a.out[0] + (tile * a.rows + start + r) * kTile, y + r * columns + tile * kTile,
                         kTile * sizeof(double));
  }
}

}  // namespace LQ_NS
