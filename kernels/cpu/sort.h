// Sorting one row's valid values, with the columns they came from. Insertion sort of short runs, then merges.
#pragma once
#include "../core/lanes.h"

namespace LQ_NS {

struct Entry {
  double value;
  int64_t column;
};

constexpr int64_t kRun = 16;

/** Sorts by value, ascending, with `spare` of the same size. @returns whichever of the two holds the result */
LQ_FN Entry* sort_entries(Entry* entries, Entry* spare, int64_t n) {
  for (int64_t from = 0; from < n; from += kRun) {
    const int64_t to = from + kRun < n ? from + kRun : n;
    for (int64_t i = from + 1; i < to; ++i) {
      const Entry e = entries[i];
      int64_t j = i;
      for (; j > from && entries[j - 1].value > e.value; --j) entries[j] = entries[j - 1];
      entries[j] = e;
    }
  }
  for (int64_t width = kRun; width < n; width *= 2) {
    for (int64_t from = 0; from < n; from += 2 * width) {
      const int64_t middle = from + width < n ? from + width : n, to = from + 2 * width < n ? from + 2 * width : n;
      int64_t i = from, j = middle;
      for (int64_t k = from; k < to; ++k) {
        const bool left = i < middle && (j >= to || entries[i].value <= entries[j].value);
        spare[k] = left ? entries[i++] : entries[j++];
      }
    }
    Entry* swap = entries;
    entries = spare;
    spare = swap;
  }
  return entries;
}

}  // namespace LQ_NS
