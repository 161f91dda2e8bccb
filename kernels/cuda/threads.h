// What one device thread does, for each shape. The same text runs as CUDA and, on machines without a GPU, on the host.
#pragma once
#include "../core/args.h"
#include "../core/moments.h"
#include "../core/quantile.h"
#include "../core/spec.h"
#include "../core/window.h"
#include "../ops/ohlcv.h"
#include "warp_group.h"

namespace LQ_NS {

LQ_DEVICE void read(const lq::Args& a, int64_t at, double* v) {
  for (int k = 0; k < kInputsMax; ++k)
    if (a.in[k]) v[k] = a.in[k][at];
}

/** One element; `i` counts through the slot. */
template <class K>
LQ_DEVICE void map_thread(const lq::Args& a, int64_t i) {
  double v[kInputsMax];
  read(a, i, v);
  a.out[0][i] = finite_or_missing(K::template at<double>(v));
}

/** One column from its first row to its last; `c` counts columns through the tiles. */
template <class K>
LQ_DEVICE void scan_thread(const lq::Args& a, int64_t c) {
  typedef typename K::template State<double> State;
  constexpr int kWidth = sizeof(State) / sizeof(double);
  State state;
  double v[kInputsMax], held[kWidth];
  const int64_t base = c / kTile * a.rows * kTile + c % kTile;
  const auto step = [&](int64_t first, int64_t end) {
    for (int64_t t = first; t < end; ++t) {
      read(a, base + t * kTile, v);
      a.out[0][base + t * kTile] = finite_or_missing(state.step(v, a.options));
    }
  };
  if (!a.state) return step(0, a.rows);
  double* const kept = a.state + c / kTile * kWidth * kTile + c % kTile;
  if (a.resume) {
    for (int i = 0; i < kWidth; ++i) held[i] = kept[i * kTile];
    __builtin_memcpy((void*)&state, held, sizeof held);
  }
  for (int64_t t = 0; t < a.begin; ++t) a.out[0][base + t * kTile] = missing<double>();
  step(a.begin, a.keep);
  __builtin_memcpy(held, (const void*)&state, sizeof held);
  for (int i = 0; i < kWidth; ++i) kept[i * kTile] = held[i];
  step(a.keep, a.rows);
}

template <class K>
LQ_DEVICE void lagged_thread(const lq::Args& a, int64_t i) {
  const int64_t t = i / kTile % a.rows, steps = (int64_t)a.options[0];
  a.out[0][i] = t < steps ? missing<double>()
                          : finite_or_missing(K::template lagged<double>(a.in[0][i], a.in[0][i - steps * kTile]));
}

/**
 * One window: its tail in the block before, backward from the boundary, its head in this block, forward, and their
 * merger. The CPU shares heads and tails between the windows of a block; the sums and their order are these.
 */
template <class K>
LQ_DEVICE void rolling_thread(const lq::Args& a, int64_t i) {
  typedef typename K::template State<double> State;
  const int64_t t = i / kTile % a.rows, size = (int64_t)a.options[0];
  const int64_t p = (a.first + t) % size, boundary = t - p, before = size - 1 - p;
  const double least = a.options[1] > 0 ? a.options[1] : a.options[0];
  double v[kInputsMax];
  State tail, head;
  const int64_t available = boundary > 0 ? (before < boundary ? before : boundary) : 0;
  for (int64_t k = 1; k <= available; ++k) {
    read(a, i - (p + k) * kTile, v);
    tail.push(v, (double)-k);
  }
  for (int64_t q = boundary < 0 ? -boundary : 0; q <= p; ++q) {
    read(a, i - (p - q) * kTile, v);
    head.push(v, (double)q);
  }
  if (available > 0) head.merge(tail);
  const Rows<double> rows{a.in[0] + i, t + 1 < size ? t + 1 : size};
  const double value = window_value<K, double>(head, v, Window{(double)size, (double)p, a.options}, rows);
  a.out[0][i] = head.n >= least ? finite_or_missing(value) : missing<double>();
}

/** Of n valid values in some rows the k-th in ascending order, k < n, and how many are not above it. */
struct Selected {
  double value, within;
};

/** Bounds close in on the k-th value, pivots being taken from the middle of the rows that are still between them. */
LQ_DEVICE Selected select_in(const Rows<double>& x, double n, double k) {
  double floor = -__builtin_inf(), ceiling = __builtin_inf(), under = 0, inside = n;
  for (;;) {
    double pivot = 0, at = 0, less = 0, same = 0;
    for (int64_t i = 0; i < x.count; ++i) {
      const double v = x[i];
      const bool between = v > floor && v < ceiling;
      if (between && at * 2 <= inside) pivot = v + 0.0;  // −0 and 0 are one value
      at += between ? 1 : 0;
    }
    for (int64_t i = 0; i < x.count; ++i) {
      const double v = x[i];
      less += v < pivot ? 1 : 0;
      same += v == pivot ? 1 : 0;
    }
    if (k >= less && k < less + same) return Selected{pivot, less + same};
    inside = k < less ? less - under : inside - (less + same - under);
    if (k < less) {
      ceiling = pivot;
    } else {
      floor = pivot;
      under = less + same;
    }
  }
}

/** One quantile of one window. The CPU keeps the window sorted; both select the same values. */
template <class K>
LQ_DEVICE void sorted_thread(const lq::Args& a, int64_t i) {
  const int64_t t = i / kTile % a.rows, size = (int64_t)a.options[0];
  const double least = a.options[1] > 0 ? a.options[1] : a.options[0];
  const Rows<double> x{a.in[0] + i, t + 1 < size ? t + 1 : size};
  double n = 0;
  for (int64_t k = 0; k < x.count; ++k) n += valid(x[k]) ? 1 : 0;
  a.out[0][i] = missing<double>();
  if (n < least || n == 0) return;
  const Place place((int64_t)n, K::share(a.options));
  const Selected low = select_in(x, n, (double)place.low);
  double high = low.value;
  if (low.within <= (double)place.high) {
    high = __builtin_inf();
    for (int64_t k = 0; k < x.count; ++k) high = x[k] > low.value && x[k] < high ? x[k] : high;
    high = high + 0.0;
  }
  a.out[0][i] = finite_or_missing(interpolated(low.value, high, place.between));
}

/** One bucket of a fold: in[0] has the batch's columns, out[0] the fold's buffer. */
template <class K>
LQ_DEVICE void segment_thread(const lq::Args& a, int64_t bucket) {
  K::fold_bucket(a.out[0], bar_rows(a.in[0], a.rows, a.options[0] != 0, a.options[1] != 0), bucket);
}

/** The threads of one launch, by shape: how many there are in all, and what the i-th of them does. */
template <class K>
LQ_DEVICE void device_thread(const lq::Args& a, int64_t i) {
  if constexpr (K::spec.shape == Shape::Segment) {
    if (i < a.tiles) segment_thread<K>(a, i);
  } else if constexpr (K::spec.shape == Shape::Cross) {
    WarpRow<inputs_of(K::spec)> row{a, i / kStrands, a.tiles * kTile, (int)(i % kStrands)};
    if (row.row >= a.rows) return;
    if constexpr (requires { K::kGrouped; })
      group_thread<K>(row);
    else if constexpr (requires { K::ranked(0., 0., 0.); })
      rank_thread<K>(row);
    else
      K::run(row, a.options);
  } else if constexpr (K::spec.shape == Shape::Scan) {
    if (i < a.tiles * kTile) scan_thread<K>(a, i);
  } else if (i < a.tiles * a.rows * kTile) {
    if constexpr (K::spec.shape == Shape::Map)
      map_thread<K>(a, i);
    else if constexpr (requires { K::share(nullptr); })
      sorted_thread<K>(a, i);
    else if constexpr (requires { typename K::template State<double>; })
      rolling_thread<K>(a, i);
    else
      lagged_thread<K>(a, i);
  }
}

}  // namespace LQ_NS
