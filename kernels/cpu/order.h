// The order of the values in several rows at once, lane = row, from keys that tell most of them apart.
#pragma once
#include "keys.h"
#include "sort.h"

namespace LQ_NS {

LQ_FN bool any(Key mask) {
  uint64_t words[sizeof(Key) / sizeof(uint64_t)], all = 0;
  __builtin_memcpy(words, &mask, sizeof words);
  for (uint64_t word : words) all |= word;
  return all != 0;
}

/**
 * The sorted keys of up to kSide rows, and the places where keys of different values may be equal. Takes 21 doubles of
 * room per column on the widest instruction set, columns counted in whole blocks.
 */
struct Order {
  const TileRows& x;
  Keys keys;
  int32_t* by_lane;  // [kSide × padded] columns of each lane by ascending key
  Entry* entries;    // [2 × columns]
  int32_t* ties;     // [columns] places whose key is equal to the one before, in some lane
  int64_t tied = 0;

  Order(const TileRows& x_, int64_t columns, double* room) : x(x_), keys((Key*)room, columns) {
    by_lane = (int32_t*)(keys.at + keys.padded);
    entries = (Entry*)(by_lane + kSide * keys.padded);
    ties = (int32_t*)(entries + 2 * columns);
    keys.sort(x);
    keys.columns_by_lane(by_lane);
    find_ties();
  }

  LQ_FN int64_t count(int lane) const { return keys.counts[lane]; }
  /** The columns of a lane by ascending key, missing ones last. */
  LQ_FN const int32_t* columns(int lane) const { return by_lane + lane * keys.padded; }
  LQ_FN bool tie(int64_t place, int lane) const {
    return ((keys.key(place, lane) ^ keys.key(place - 1, lane)) & ~keys.column_mask()) == 0;
  }

  /** Calls run(first place, entries by ascending value, their count) for values that keys do not tell apart. */
  template <class R>
  LQ_FN void each_tie(int lane, R run) const {
    const int64_t n = count(lane);
    for (int64_t i = 0; i < tied;) {
      const int64_t from = ties[i] - 1;
      if (from + 1 >= n) return;  // the missing ones
      if (!tie(from + 1, lane)) {
        ++i;
        continue;
      }
      int64_t to = from + 2;
      while (to < n && tie(to, lane)) ++to;
      run(from, by_value(lane, from, to), to - from);
      while (i < tied && ties[i] < to) ++i;
    }
  }

 private:
  void find_ties() {
    const Key mask = Key{} + keys.column_mask(), missing = Key{} + keys.missing_key();
    const auto tie_at = [&](int64_t i) {
      return (((keys.at[i] ^ keys.at[i - 1]) & ~mask) == 0) & (keys.at[i] < missing);
    };
    for (int64_t i = 1; i < keys.columns; i += kTile) {
      const int64_t end = i + kTile < keys.columns ? i + kTile : keys.columns;
      Key some{};
      for (int64_t j = i; j < end; ++j) some |= tie_at(j);
      if (!any(some)) continue;
      for (int64_t j = i; j < end; ++j)
        if (any(tie_at(j))) ties[tied++] = (int32_t)j;
    }
  }

  LQ_FN const Entry* by_value(int lane, int64_t from, int64_t to) const {
    bool ascending = true;
    for (int64_t i = from; i < to; ++i) {
      const int64_t column = columns(lane)[i];
      entries[i - from] = Entry{x.value(lane, column), column};
      ascending = ascending && (i == from || !(entries[i - from].value < entries[i - from - 1].value));
    }
    return ascending ? entries : sort_entries(entries, entries + keys.columns, to - from);
  }
};

}  // namespace LQ_NS
