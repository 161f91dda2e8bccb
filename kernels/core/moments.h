// Sums over a window, as a set that rows are added to and that two neighbouring sets merge into.
//
// A window of w rows is never slid. Rows are cut into blocks of w by their absolute number; the window that ends in
// one block is the union of a tail of the block before and a head of this one, so its sums are two running sums, one
// backward and one forward, and their merger. Nothing is ever subtracted out again: there is no drift, a value that
// has left the window has left no trace, and a result depends on the window's rows and on t mod w alone.
//
// Sums are of d = x − c, c being the first value added. As c is one of the set, Σ(x − mean)² ≥ (c − mean)², and
// Σd² − (Σd)²/n loses at most a factor n to cancellation, whatever the data; a set of equal values gives exactly 0.
#pragma once
#include "lanes.h"

namespace LQ_NS {

template <class V>
LQ_FN V inverse(V n) {
  return splat<V>(1) / n;
}

/** Count and sum. */
template <class V>
struct Sum {
  V n{}, s{};
  LQ_FN void push(const V* in, double) {
    const auto ok = valid(in[0]);
    s = s + select(ok, in[0], splat<V>(0));
    n = n + one_where<V>(ok);
  }
  LQ_FN void merge(const Sum& older) {
    s = s + older.s;
    n = n + older.n;
  }
};

/** Count, shift c and Σ(x − c)^k for k = 1 … Order (1 or 2). */
template <class V, int Order>
struct Moments {
  V n{}, c{}, s1{}, s2{};
  LQ_FN void push(const V* in, double) {
    const auto ok = valid(in[0]);
    c = select(n == splat<V>(0), in[0], c);  // may be missing: then n stays 0 and the next value replaces it
    const V d = select(ok, in[0] - c, splat<V>(0));
    n = n + one_where<V>(ok);
    s1 = s1 + d;
    if constexpr (Order > 1) s2 = s2 + d * d;
  }
  LQ_FN void merge(const Moments& older) {
    const V delta = shift_to(older);
    const V moved = delta * older.n;
    if constexpr (Order > 1) s2 = s2 + (older.s2 + delta * ((older.s1 + older.s1) + moved));
    s1 = s1 + (older.s1 + moved);
    n = n + older.n;
  }
  /** How far the other set's shift lies from this one's; an empty set takes the other's. */
  LQ_FN V shift_to(const Moments& older) {
    c = select(n == splat<V>(0), older.c, c);
    return select(older.n == splat<V>(0), splat<V>(0), older.c - c);
  }
  LQ_FN V mean() const { return c + s1 * inverse(n); }
  /** Σ(x − mean)² */
  LQ_FN V squares() const { return s2 - s1 * s1 * inverse(n); }
  LQ_FN V variance() const { return squares() / (n - splat<V>(1)); }
};

/** Moments of pairs of which both values are valid. */
template <class V>
struct CoMoments {
  V n{}, cx{}, cy{}, sx{}, sy{}, sxx{}, sxy{}, syy{};
  LQ_FN void push(const V* in, double) {
    const auto ok = valid(in[0]) & valid(in[1]);
    const auto none = n == splat<V>(0);
    cx = select(none, in[0], cx);
    cy = select(none, in[1], cy);
    const V dx = select(ok, in[0] - cx, splat<V>(0)), dy = select(ok, in[1] - cy, splat<V>(0));
    n = n + one_where<V>(ok);
    sx = sx + dx;
    sy = sy + dy;
    sxx = sxx + dx * dx;
    sxy = sxy + dx * dy;
    syy = syy + dy * dy;
  }
  LQ_FN void merge(const CoMoments& older) {
    const auto none = n == splat<V>(0), same = older.n == splat<V>(0);
    cx = select(none, older.cx, cx);
    cy = select(none, older.cy, cy);
    const V a = select(same, splat<V>(0), older.cx - cx), b = select(same, splat<V>(0), older.cy - cy);
    const V ma = a * older.n, mb = b * older.n;
    sxx = sxx + (older.sxx + a * ((older.sx + older.sx) + ma));
    syy = syy + (older.syy + b * ((older.sy + older.sy) + mb));
    sxy = sxy + (older.sxy + ((a * older.sy + b * older.sx) + (a * b) * older.n));
    sx = sx + (older.sx + ma);
    sy = sy + (older.sy + mb);
    n = n + older.n;
  }
  LQ_FN V squares_x() const { return sxx - sx * sx * inverse(n); }
  LQ_FN V squares_y() const { return syy - sy * sy * inverse(n); }
  LQ_FN V products() const { return sxy - sx * sy * inverse(n); }
};

/** Sums for the least-squares line of x on the row's position; positions count from the blocks' boundary. */
template <class V>
struct LineSums {
  V n{}, p{}, pp{}, c{}, s{}, ps{};
  LQ_FN void push(const V* in, double at) {
    const auto ok = valid(in[0]);
    const V one = one_where<V>(ok);
    c = select(n == splat<V>(0), in[0], c);
    const V d = select(ok, in[0] - c, splat<V>(0));
    n = n + one;
    p = p + one * at;
    pp = pp + one * (at * at);
    s = s + d;
    ps = ps + d * at;
  }
  LQ_FN void merge(const LineSums& older) {
    c = select(n == splat<V>(0), older.c, c);
    const V delta = select(older.n == splat<V>(0), splat<V>(0), older.c - c);
    s = s + (older.s + delta * older.n);
    ps = ps + (older.ps + delta * older.p);
    n = n + older.n;
    p = p + older.p;
    pp = pp + older.pp;
  }
};

/** The greatest (Sign = 1) or least (Sign = −1) value; Placed: also the position of its first occurrence. */
template <class V, int Sign, bool Placed>
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
    if constexpr (Placed) {
      const auto better = beyond | ((x == best) & (position < at));
      best = select(better, x, best);
      at = select(better, position, at);
    } else {
      best = select(beyond, x, best);
    }
  }
};

}  // namespace LQ_NS
