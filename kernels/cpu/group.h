// Launcher of the kernels that look at the groups of a row: its columns with one code.
#pragma once
#include "../core/group.h"
#include "gather.h"
#include "order.h"

namespace LQ_NS {

/** Columns of a row in the order of their groups, ascending in each; those without a group come last. */
struct Groups {
  int64_t columns, count = 0;  // groups
  double* codes;               // [columns] what the rest was made from
  int32_t* members;            // [columns]
  int32_t* starts;             // [columns + 1] group i has members [starts[i], starts[i + 1])
  int32_t* ids;                // [columns] −1 where there is no group
  int32_t* table;              // [1 << bits] group + 1 by hash of its code, 0 where none is; then places to fill
  int bits = 1;
  bool known = false;

  static constexpr int64_t kRoom = 5;  // doubles per column

  Groups(int64_t columns_, double* room) : columns(columns_), codes(room) {
    members = (int32_t*)(room + columns);
    ids = members + columns;
    starts = ids + columns;
    table = starts + columns + 1;
    while ((int64_t(1) << bits) < 2 * columns) ++bits;
  }

  /** Finds the groups of a row with these codes. They seldom change from row to row: then nothing is done. */
  void find(const double* g) {
    if (known && __builtin_memcmp(codes, g, columns * sizeof(double)) == 0) return;
    known = true;
    __builtin_memcpy(codes, g, columns * sizeof(double));
    __builtin_memset(table, 0, sizeof(int32_t) << bits);
    __builtin_memset(starts, 0, sizeof(int32_t) * (columns + 1));
    count = 0;
    for (int64_t c = 0; c < columns; ++c) {
      ids[c] = codes[c] == codes[c] ? id_of(c) : -1;
      if (ids[c] >= 0) ++starts[ids[c] + 1];
    }
    for (int64_t i = 0; i < count; ++i) starts[i + 1] += starts[i];
    __builtin_memcpy(table, starts, sizeof(int32_t) * (count + 1));
    for (int64_t c = 0; c < columns; ++c) members[table[ids[c] < 0 ? count : ids[c]]++] = (int32_t)c;
  }

  /** Number of the group of a column, in the order in which groups first appear. */
  int32_t id_of(int64_t column) {
    const uint64_t code = bits_of(codes[column] + 0.0), mask = (uint64_t(1) << bits) - 1;  // −0 and 0 are equal
    for (uint64_t slot = code * 0x9e3779b97f4a7c15u >> (64 - bits);; slot = (slot + 1) & mask) {
      if (table[slot] == 0) {
        table[slot] = (int32_t)++count;
        first(count - 1) = (int32_t)column;
      } else if (codes[first(table[slot] - 1)] != codes[column]) {
        continue;
      }
      return table[slot] - 1;
    }
  }
  /** First column of a group, while groups are being found: their members are not known then. */
  int32_t& first(int64_t group) { return members[group]; }
};

/** A group in one row, or in LQ_LANES rows side by side. */
template <class T>
struct CpuGroup {
  typedef T Value;
  const T* x;  // [columns]
  const int32_t* members;
  int64_t size;

  template <class F>
  LQ_FN T sum(F f) const {
    T s{};
    for (int64_t i = 0; i < size; ++i) s = s + select(valid(x[members[i]]), f(x[members[i]]), splat<T>(0));
    return s;
  }
  LQ_FN T count() const {
    return sum([](T) { return splat<T>(1); });
  }
  /** The first valid value. */
  LQ_FN T first() const {
    T found = missing<T>();
    for (int64_t i = 0; i < size; ++i) found = select(valid(found), found, x[members[i]]);
    return found;
  }
};

template <class K, class T>
LQ_FN void each_group(const Groups& groups, const T* x, T* y, const double* options) {
  for (int64_t i = 0; i < groups.count; ++i) {
    const CpuGroup<T> group{x, groups.members + groups.starts[i], groups.starts[i + 1] - groups.starts[i]};
    const auto shared = K::shared(group, options);
    for (int64_t m = 0; m < group.size; ++m) {
      const int32_t c = group.members[m];
      y[c] = finite_or_missing(K::at(x[c], shared, options));
    }
  }
  for (int64_t m = groups.starts[groups.count]; m < groups.columns; ++m) y[groups.members[m]] = missing<T>();
}

/** Ranks in each group: the columns, taken by ascending value, fill their groups' places in that order. */
template <class K>
LQ_FN void rank_groups(const Groups& groups, const Order& order, int lane, const double* x, double* y) {
  int32_t *const sorted = groups.table, *const next = sorted + groups.columns;
  for (int64_t c = 0; c < groups.columns; ++c) y[c] = missing<double>();
  __builtin_memcpy(next, groups.starts, sizeof(int32_t) * groups.count);
  const auto take = [&](int64_t column) {
    if (groups.ids[column] >= 0) sorted[next[groups.ids[column]]++] = (int32_t)column;
  };
  const int32_t* columns = order.columns(lane);
  int64_t taken = 0;
  order.each_tie(lane, [&](int64_t from, const Entry* entries, int64_t count) {
    while (taken < from) take(columns[taken++]);
    for (int64_t i = 0; i < count; ++i, ++taken) take(entries[i].column);
  });
  while (taken < order.count(lane)) take(columns[taken++]);
  for (int64_t g = 0; g < groups.count; ++g) {
    const int64_t start = groups.starts[g], end = next[g];
    for (int64_t i = start, j; i < end; i = j) {
      for (j = i + 1; j < end && x[sorted[j]] == x[sorted[i]];) ++j;
      const double rank = K::ranked((double)(i - start), (double)(j - i), (double)(end - start));
      for (int64_t k = i; k < j; ++k) y[sorted[k]] = rank;
    }
  }
}

/** Whether all rows of [rows × columns] codes have the same bits. */
LQ_FN bool same_codes(const double* codes, int64_t rows, int64_t columns) {
  for (int64_t r = 1; r < rows; ++r)
    if (__builtin_memcmp(codes, codes + r * columns, columns * sizeof(double)) != 0) return false;
  return true;
}

/** Ranks of as many rows as are sorted side by side. */
template <class K>
void grouped_ranks(const lq::Args& a, int64_t from, int64_t to) {
  static_assert(kSide <= kRows);
  const int64_t columns = a.tiles * kTile, block = kRows * columns;
  double *const x = a.scratch, *const g = x + block, *const y = g + block;
  Groups groups(columns, y + block);
  double* const room = y + block + Groups::kRoom * columns;
  for (int64_t start = from; start < to; start += kSide) {
    const int64_t rows = start + kSide < to ? kSide : to - start;
    gather(a, 0, start, rows, x);
    gather(a, 1, start, rows, g);
    const TileRows tiles(a, 0, start, rows);
    const Order order(tiles, columns, room);
    for (int64_t r = 0; r < rows; ++r) {
      groups.find(g + r * columns);
      rank_groups<K>(groups, order, (int)r, x + r * columns, y + r * columns);
    }
    scatter(a, start, rows, y);
  }
}

/** Rows whose codes are the same are computed side by side, lane = row: codes seldom change from row to row. */
template <class K>
void grouped(const lq::Args& a, int64_t from, int64_t to) {
  const int64_t columns = a.tiles * kTile, block = kRows * columns;
  double *const x = a.scratch, *const g = x + block, *const y = g + block;
  Groups groups(columns, y + block);
  V* const side_by_side = (V*)(y + block + Groups::kRoom * columns);
  for (int64_t start = from; start < to; start += kRows) {
    const int64_t rows = start + kRows < to ? kRows : to - start;
    gather(a, 0, start, rows, x);
    gather(a, 1, start, rows, g);
    for (int64_t first = 0; first < rows; first += LQ_LANES) {
      const int64_t side = rows - first < LQ_LANES ? rows - first : LQ_LANES;
      const double *const xs = x + first * columns, *const gs = g + first * columns;
      double* const ys = y + first * columns;
      if (side == LQ_LANES && same_codes(gs, side, columns)) {
        V *const v = side_by_side, *const w = v + columns;
        for (int64_t c = 0; c < columns; ++c)
          for (int64_t r = 0; r < side; ++r) v[c][r] = xs[r * columns + c];
        groups.find(gs);
        each_group<K>(groups, v, w, a.options);
        for (int64_t c = 0; c < columns; ++c)
          for (int64_t r = 0; r < side; ++r) ys[r * columns + c] = w[c][r];
      } else {
        for (int64_t r = 0; r < side; ++r) {
          groups.find(gs + r * columns);
          each_group<K>(groups, xs + r * columns, ys + r * columns, a.options);
        }
      }
    }
    scatter(a, start, rows, y);
  }
}

}  // namespace LQ_NS
