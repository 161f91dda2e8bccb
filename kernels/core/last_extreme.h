// The greatest or least value of a window, and where it was last.
#pragma once
#include "lanes.h"

namespace LQ_NS {

/** The greatest (Sign = 1) or least (Sign = −1) value and the position of its last occurrence. */
template <class V, int Sign>
struct LastExtreme {
  V n{}, best = splat<V>(-Sign * __builtin_inf()), at{};
  LQ_FN void push(const V* in, double position) {
    take(in[0], splat<V>(position));
    n = n + one_where<V>(valid(in[0]));
  }
  LQ_FN void merge(const LastExtreme& older) {
    take(older.best, older.at);
    n = n + older.n;
  }
  /** Comparisons with a missing value are false: it is never taken. */
  LQ_FN void take(V x, V position) {
    const auto beyond = Sign > 0 ? x > best : x < best;
    const auto better = beyond | ((x == best) & (position > at));
    best = select(better, x, best);
    at = select(better, position, at);
  }
};

}  // namespace LQ_NS
