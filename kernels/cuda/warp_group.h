// The groups of a row on the device: each thread walks through the whole row for each of its columns.
#pragma once
#include "../core/group.h"
#include "warp_row.h"

namespace LQ_NS {

/** The columns of a row that have the same code as one of them, in ascending order. */
struct WarpGroup {
  typedef double Value;
  const WarpRow<2>& row;
  double code;

  template <class F>
  LQ_DEVICE void each(F f) const {
    double v[2];
    for (int64_t c = 0; c < row.columns; ++c) {
      row.read(c, v);
      if (v[1] == code && valid(v[0])) f(v[0]);
    }
  }
  template <class F>
  LQ_DEVICE double sum(F f) const {
    double s = 0;
    each([&](double x) { s = s + f(x); });
    return s;
  }
  LQ_DEVICE double count() const {
    return sum([](double) { return 1.0; });
  }
  LQ_DEVICE double first() const {
    double found = missing<double>();
    each([&](double x) { found = valid(found) ? found : x; });
    return found;
  }
};

/** What one thread of a row's warp does for a kernel of groups. */
template <class K>
LQ_DEVICE void group_thread(const WarpRow<2>& row) {
  double v[2];
  for (int64_t c = row.lane; c < row.columns; c += kStrands) {
    row.read(c, v);
    const WarpGroup group{row, v[1]};
    double y = missing<double>();
    if constexpr (requires { K::ranked(0., 0., 0.); }) {
      double less = 0, same = 0, n = 0;
      group.each([&](double x) {
        less += x < v[0] ? 1 : 0;
        same += x == v[0] ? 1 : 0;
        n += 1;
      });
      if (valid(v[0]) && valid(v[1])) y = K::ranked(less, same, n);
    } else if (valid(v[1])) {
      y = finite_or_missing(K::at(v[0], K::shared(group, row.a.options), row.a.options));
    }
    row.a.out[0][row.at(c)] = y;
  }
}

}  // namespace LQ_NS
