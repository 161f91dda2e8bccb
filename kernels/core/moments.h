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

/** Count of valid values. */
template <class V>
struct Count {
  V n{};
  LQ_FN void push(const V* in, double) { n = n + one_where<V>(valid(in[0])); }
  LQ_FN void merge(const Count& older) { n = n + older.n; }
};

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

/** Count, shift c and s[k − 1] = Σ(x − c)^k for k = 1 … Order, at most 4. */
template <class V, int Order>
struct Moments {
  V n{}, c{}, s[Order]{};
  LQ_FN void push(const V* in, double) {
    const auto ok = valid(in[0]);
    c = select(n == splat<V>(0), in[0], c);  // may be missing: then n stays 0 and the next value replaces it
    const V d = select(ok, in[0] - c, splat<V>(0));
    n = n + one_where<V>(ok);
    s[0] = s[0] + d;
    if constexpr (Order > 1) s[1] = s[1] + d * d;
    if constexpr (Order > 2) s[2] = s[2] + d * d * d;
    if constexpr (Order > 3) s[3] = s[3] + (d * d) * (d * d);
  }
  LQ_FN void merge(const Moments& older) {
    const V delta = shift_to(older);
    const V moved = delta * older.n;
    if constexpr (Order > 3) {
      const V cubes = splat<V>(4) * older.s[0] + moved;
      s[3] =
          s[3] + (older.s[3] + delta * (splat<V>(4) * older.s[2] + delta * (splat<V>(6) * older.s[1] + delta * cubes)));
    }
    if constexpr (Order > 2) {
      const V squares = splat<V>(3) * older.s[0] + moved;
      s[2] = s[2] + (older.s[2] + delta * (splat<V>(3) * older.s[1] + delta * squares));
    }
    if constexpr (Order > 1) s[1] = s[1] + (older.s[1] + delta * ((older.s[0] + older.s[0]) + moved));
    s[0] = s[0] + (older.s[0] + moved);
    n = n + older.n;
  }
  /** How far the other set's shift lies from this one's; an empty set takes the other's. */
  LQ_FN V shift_to(const Moments& older) {
    c = select(n == splat<V>(0), older.c, c);
    return select(older.n == splat<V>(0), splat<V>(0), older.c - c);
  }
  /** Of integers the sum is exact, so that equal means are equal bits, whatever c; of equal values exactly c. */
  LQ_FN V mean() const { return select(s[0] == splat<V>(0), c, (c * n + s[0]) / n); }
  /** n·Σ(x − mean)², exactly 0 of equal values. */
  LQ_FN V squares() const { return n * s[1] - s[0] * s[0]; }
  LQ_FN V variance() const { return squares() / (n * (n - splat<V>(1))); }
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
  /** n·Σ(x − mean x)², and so on: each exactly 0 where a side is all equal. */
  LQ_FN V squares_x() const { return n * sxx - sx * sx; }
  LQ_FN V squares_y() const { return n * syy - sy * sy; }
  LQ_FN V products() const { return n * sxy - sx * sy; }
};

}  // namespace LQ_NS
