// What kernels ask of a group: the columns of a row that have one code, in ascending order.
#pragma once
#include "lanes.h"

namespace LQ_NS {

/** Of the valid values x: d = x − c with c the first of them; mean of d, population standard deviation. */
template <class V>
struct GroupMoments {
  V n, c, mean, std;
};

/** Less the first value, then less the mean of that: equal values give exactly 0, far from zero too. */
template <class Group>
LQ_FN auto group_moments(const Group& group) {
  typedef typename Group::Value V;
  const V n = group.count(), c = group.first();
  const V mean = group.sum([=](V x) { return x - c; }) / n;
  const V squares = group.sum([=](V x) { return ((x - c) - mean) * ((x - c) - mean); });
  return GroupMoments<V>{n, c, mean, square_root(squares / n)};
}

}  // namespace LQ_NS
