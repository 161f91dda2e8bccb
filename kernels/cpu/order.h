// The order of the values in several rows at once: lane = row. A sorting network needs no branch on data, so vectors of
// rows go through it side by side, and a compare-exchange is a minimum and a maximum. 1.5 µs for a row of 504.
#pragma once
#include "lanes.h"
#include "sort.h"

namespace LQ_NS {

typedef int64_t Key __attribute__((vector_size(sizeof(V))));

/** Bits that hold a column's number. */
LQ_FN int index_bits(int64_t columns) {
  int bits = 0;
  while ((int64_t(1) << bits) < columns) ++bits;
  return bits;
}

/** An integer in the order of the doubles, its low bits replaced by the column; a missing value comes last. */
LQ_FN int64_t key_of(double x, int64_t column, int64_t mask) {
  int64_t bits;
  x = x + 0.0;  // −0 and 0 are equal
  __builtin_memcpy(&bits, &x, sizeof bits);
  const int64_t ordered = x == x ? bits ^ ((bits >> 63) & INT64_MAX) : INT64_MAX;
  return (ordered & ~mask) | column;
}

/** Sorts n vectors of keys, each lane on its own. Batcher 1968, doi:10.1145/1468075.1468121. */
inline void sort_network(Key* keys, int64_t n) {
  for (int64_t p = 1; p < n; p *= 2)
    for (int64_t k = p; k >= 1; k /= 2)
      for (int64_t j = k % p; j + k < n; j += 2 * k) {
        if (((j ^ (j + k)) & -(2 * p)) != 0) continue;  // the two would belong to different merges
        const int64_t end = j + (k < n - j - k ? k : n - j - k);
        for (int64_t i = j; i < end; ++i) {
          const Key a = keys[i], b = keys[i + k];
          keys[i] = a < b ? a : b;
          keys[i + k] = a < b ? b : a;
        }
      }
}

/** The order of up to LQ_LANES neighbouring rows, found when it is first asked for. */
struct Order {
  const double* x;  // [rows × columns]
  int64_t columns, rows;
  Key* keys;       // [columns]
  Entry* entries;  // [2 × columns] room to sort the few keys that their high bits do not tell apart
  int64_t mask;
  bool sorted = false;
  Order(const double* x_, int64_t columns_, int64_t rows_, Key* keys_, Entry* entries_)
      : x(x_),
        columns(columns_),
        rows(rows_),
        keys(keys_),
        entries(entries_),
        mask((int64_t(1) << index_bits(columns_)) - 1) {}

  LQ_FN int64_t& key(int64_t place, int lane) const { return ((int64_t*)keys)[place * LQ_LANES + lane]; }

  LQ_FN void sort() {
    if (sorted) return;
    sorted = true;
    for (int lane = 0; lane < LQ_LANES; ++lane)
      for (int64_t c = 0; c < columns; ++c) key(c, lane) = lane < rows ? key_of(x[lane * columns + c], c, mask) : c;
    sort_network(keys, columns);
  }

  /** Calls each(column, values below, values equal) for every valid value of a row. */
  template <class F>
  LQ_FN void ties(int lane, const double* row, F each) const {
    for (int64_t i = 0, j; i < columns; i = j) {
      const int64_t first = key(i, lane);
      if (!(row[first & mask] == row[first & mask])) return;  // missing ones come last
      for (j = i + 1; j < columns && (key(j, lane) & ~mask) == (first & ~mask);) ++j;
      if (j == i + 1)
        each(first & mask, (double)i, 1.0);
      else
        settle(lane, row, i, j, each);
    }
  }

  /** Keys [from, to) agree in all bits that were kept: the values themselves decide. */
  template <class F>
  LQ_FN void settle(int lane, const double* row, int64_t from, int64_t to, F each) const {
    int64_t n = 0;
    for (int64_t i = from; i < to; ++i) {
      const int64_t column = key(i, lane) & mask;
      if (row[column] == row[column]) entries[n++] = Entry{row[column], column};
    }
    const Entry* sorted_entries = sort_entries(entries, entries + columns, n);
    for (int64_t i = 0, j; i < n; i = j) {
      for (j = i + 1; j < n && sorted_entries[j].value == sorted_entries[i].value;) ++j;
      for (int64_t k = i; k < j; ++k) each(sorted_entries[k].column, (double)(from + i), (double)(j - i));
    }
  }
};

}  // namespace LQ_NS
