// Launcher of the kernels that rank a row.
#pragma once
#include "gather.h"
#include "order.h"

namespace LQ_NS {

/**
 * Results by place, where no two values are equal: they depend on the count of values alone, which is much the same
 * from row to row. Places beyond the count are of missing values.
 */
template <class K>
struct RankTables {
  static constexpr int64_t kTables = 16;  // of which the least recently made is made anew: more than are used at a time
  double* at;                             // [kTables × columns]
  int64_t columns, next = 0, counts[kTables];

  RankTables(double* at_, int64_t columns_) : at(at_), columns(columns_) {
    for (int64_t& count : counts) count = -1;
  }
  LQ_FN const double* of(int64_t count) {
    for (int64_t i = 0; i < kTables; ++i)
      if (counts[i] == count) return at + i * columns;
    double* const table = at + next * columns;
    counts[next] = count;
    next = (next + 1) % kTables;
    fill(table, count);
    return table;
  }

 private:
  LQ_FN void fill(double* table, int64_t count) const {
    V place;
    for (int l = 0; l < LQ_LANES; ++l) place[l] = l;
    const V n = splat<V>((double)count);
    for (int64_t i = 0; i < columns; i += LQ_LANES) {
      const V less = place + splat<V>((double)i);
      store(table + i, select(less < n, finite_or_missing(K::ranked(less, splat<V>(1), n)), missing<V>()));
    }
  }
};

/** Results of one row: as if its values were all different, and then anew where they are not. */
template <class K>
LQ_FN void rank_row(const Order& order, int lane, RankTables<K>& tables, double* y) {
  const double* const table = tables.of(order.count(lane));
  const int32_t* const columns = order.columns(lane);
  for (int64_t i = 0; i < tables.columns; i += LQ_LANES) {
    const V ranks = load(table + i);
    for (int l = 0; l < LQ_LANES; ++l) y[columns[i + l]] = ranks[l];
  }
  const double n = (double)order.count(lane);
  order.each_tie(lane, [&](int64_t from, const Entry* entries, int64_t count) {
    for (int64_t i = 0, j; i < count; i = j) {
      for (j = i + 1; j < count && entries[j].value == entries[i].value;) ++j;
      const double rank = finite_or_missing(K::ranked((double)(from + i), (double)(j - i), n));
      for (int64_t k = i; k < j; ++k) y[entries[k].column] = rank;
    }
  });
}

template <class K>
void ranked(const lq::Args& a, int64_t from, int64_t to) {
  const int64_t columns = a.tiles * kTile;
  double *const y = a.scratch, *const made = y + kSide * columns;
  RankTables<K> tables(made, columns);
  for (int64_t start = from; start < to; start += kSide) {
    const int64_t rows = start + kSide < to ? kSide : to - start;
    const TileRows x(a, 0, start, rows);
    const Order order(x, columns, made + tables.kTables * columns);
    for (int64_t r = 0; r < rows; ++r) rank_row(order, (int)r, tables, y + r * columns);
    scatter(a, start, rows, y);
  }
}

}  // namespace LQ_NS
