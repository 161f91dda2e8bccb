// Sums of values that are weighted by where their rows stand in a window. Positions count from the boundary between two
// blocks of windows, so that heads and tails need not know which window they will be part of.
#pragma once
#include "lanes.h"

namespace LQ_NS {

/** For the least-squares line of x on the position. */
template <class V>
struct LineSums {
  V n{}, p{}, pp{}, c{}, s{}, ss{}, ps{};  // sums of 1, position, its square; of d, d², d·position with d = x − c
  LQ_FN void push(const V* in, double at) {
    const auto ok = valid(in[0]);
    const V one = one_where<V>(ok);
    c = select(n == splat<V>(0), in[0], c);
    const V d = select(ok, in[0] - c, splat<V>(0));
    n = n + one;
    p = p + one * at;
    pp = pp + one * (at * at);
    s = s + d;
    ss = ss + d * d;
    ps = ps + d * at;
  }
  LQ_FN void merge(const LineSums& older) {
    c = select(n == splat<V>(0), older.c, c);
    const V delta = select(older.n == splat<V>(0), splat<V>(0), older.c - c);
    const V moved = delta * older.n;
    ss = ss + (older.ss + delta * ((older.s + older.s) + moved));
    s = s + (older.s + moved);
    ps = ps + (older.ps + delta * older.p);
    n = n + older.n;
    p = p + older.p;
    pp = pp + older.pp;
  }
  /** n² times the covariance of x with the position, and the two variances. */
  LQ_FN V products() const { return n * ps - s * p; }
  LQ_FN V squares_of_position() const { return n * pp - p * p; }
  LQ_FN V squares_of_value() const { return n * ss - s * s; }
  LQ_FN V slope() const { return products() / squares_of_position(); }
  /** How far above c the line is at a position. */
  LQ_FN V height(double at) const { return (s + slope() * (n * splat<V>(at) - p)) / n; }
};

/**
 * For the mean with weights 1, 2, …, the newest row weighing most. Values are not shifted: of integers all sums are
 * exact, and a great value that weighs little leaves only its little share of rounding.
 */
template <class V>
struct WeightedSums {
  V n{}, p{}, s{}, ps{}, c{}, differ{};  // sums of 1, position, x, x·position; one of the values, 1 if others differ
  LQ_FN void push(const V* in, double at) {
    const auto ok = valid(in[0]);
    const V x = select(ok, in[0], splat<V>(0)), one = one_where<V>(ok);
    c = select(n == splat<V>(0), in[0], c);
    differ = select(ok & (x != c), splat<V>(1), differ);
    n = n + one;
    p = p + one * at;
    s = s + x;
    ps = ps + x * at;
  }
  LQ_FN void merge(const WeightedSums& older) {
    c = select(n == splat<V>(0), older.c, c);
    const auto unlike = (older.n > splat<V>(0)) & (older.c != c);
    differ = select(unlike | (older.differ > splat<V>(0)), splat<V>(1), differ);
    n = n + older.n;
    p = p + older.p;
    s = s + older.s;
    ps = ps + older.ps;
  }
  /** The mean with the weight `first` + position; of equal values exactly their value. */
  LQ_FN V mean(double first) const {
    const V weighted = (ps + splat<V>(first) * s) / (p + splat<V>(first) * n);
    return select(differ == splat<V>(0), c, weighted);
  }
};

}  // namespace LQ_NS
