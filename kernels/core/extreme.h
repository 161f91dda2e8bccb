// The greatest or the least value of a window, and where it stands, as a set that rows are added to.
#pragma once
#include "lanes.h"

namespace LQ_NS {

enum class Placed { Nowhere, First, Last };

/** The greatest (Sign = 1) or least (Sign = −1) value, and the position of its first or last occurrence. */
template <class V, int Sign, Placed P>
struct Extreme {
  V n{}, best = splat<V>(-Sign * __builtin_inf()), at{};
  LQ_FN void push(const V* in, double position) {
    take(in[0], splat<V>(position));
    n = n + one_where<V>(valid(in[0]));
  }
  LQ_FN void merge(const Extreme& older) {
    take(older.best, older.at);
    n = n + older.n;
  }
  /** Comparisons with a missing value are false: it is never taken. */
  LQ_FN void take(V x, V position) {
    const auto beyond = Sign > 0 ? x > best : x < best;
    if constexpr (P != Placed::Nowhere) {
      const auto better = beyond | ((x == best) & (P == Placed::First ? position < at : position > at));
      best = select(better, x, best);
      at = select(better, position, at);
    } else {
      best = select(beyond, x, best);
    }
  }
};

}  // namespace LQ_NS
