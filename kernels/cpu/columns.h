// Launchers of the shapes that keep to one column or one series: map, rolling, scan, segment.
#pragma once
#include "../core/moments.h"
#include "../core/window.h"
#include "../ops/ohlcv.h"
#include "lanes.h"

namespace LQ_NS {

template <class K>
void map(const lq::Args& a, int64_t from, int64_t to) {
  each_column<K>(a, from, to, [](const Column<K>& column, int64_t, int) {
    V v[kInputsMax];
    for (int64_t t = 0; t < column.rows; ++t) {
      column.read(t, v);
      column.write(t, K::template at<V>(v));
    }
  });
}

/** The lanes of a state, as they lie where another panel, or another instruction set, finds them. */
template <class State>
struct KeptState {
  static constexpr int kWidth = sizeof(State) / sizeof(V);
  double* at;
  LQ_FN void read(State* state) const {
    V held[kWidth];
    for (int i = 0; i < kWidth; ++i) held[i] = load(at + i * kTile);
    __builtin_memcpy((void*)state, held, sizeof held);
  }
  LQ_FN void write(const State& state) const {
    V held[kWidth];
    __builtin_memcpy(held, (const void*)&state, sizeof held);
    for (int i = 0; i < kWidth; ++i) store(at + i * kTile, held[i]);
  }
};

template <class K>
void scan(const lq::Args& a, int64_t from, int64_t to) {
  typedef typename K::template State<V> State;
  typedef KeptState<State> Kept;
  each_column<K>(a, from, to, [&](const Column<K>& column, int64_t tile, int group) {
    const Kept kept{a.state + tile * Kept::kWidth * kTile + group * LQ_LANES};
    State state;
    V v[kInputsMax];
    const auto step = [&](int64_t first, int64_t end) {
      for (int64_t t = first; t < end; ++t) {
        column.read(t, v);
        column.write(t, state.step(v, a.options));
      }
    };
    if (!a.state) return step(0, column.rows);
    if (a.resume) kept.read(&state);
    for (int64_t t = 0; t < a.begin; ++t) column.write(t, missing<V>());
    step(a.begin, a.keep);
    kept.write(state);
    step(a.keep, column.rows);
  });
}

template <class K>
void lagged(const lq::Args& a, int64_t from, int64_t to) {
  const int64_t steps = (int64_t)a.options[0];
  each_column<K>(a, from, to, [=](const Column<K>& column, int64_t, int) {
    const int64_t start = steps < column.rows ? steps : column.rows;
    for (int64_t t = 0; t < start; ++t) column.write(t, missing<V>());
    for (int64_t t = start; t < column.rows; ++t)
      column.write(t, K::template lagged<V>(load(column.in[0] + t * kTile), load(column.in[0] + (t - steps) * kTile)));
  });
}

/** Size of the window and the least count of valid values that gives a result. */
struct WindowOptions {
  int64_t size;
  double least;
  const double* all;
  LQ_FN explicit WindowOptions(const double* o) : size((int64_t)o[0]), least(o[1] > 0 ? o[1] : o[0]), all(o) {}
};

/**
 * One block of w rows: tails of the block before, as running sums backward from its end; then heads of this block,
 * forward. The window that ends at position p is head p merged with the tail of w − 1 − p rows.
 */
template <class K>
void rolling_block(const Column<K>& column, const WindowOptions& o, int64_t boundary, int64_t start, int64_t end,
                   double* scratch) {
  typedef typename K::template State<V> State;
  State* tail = (State*)scratch;
  V v[kInputsMax];
  const int64_t available = start == boundary && start > 0 ? (start < o.size ? start : o.size) : 0;
  const int64_t longest = available < o.size - 1 ? available : o.size - 1;
  State sums;
  for (int64_t k = 1; k <= longest; ++k) {
    column.read(start - k, v);
    sums.push(v, (double)-k);
    tail[k] = sums;
  }
  State head;
  for (int64_t t = start; t < end; ++t) {
    const int64_t p = t - boundary, before = o.size - 1 - p;
    column.read(t, v);
    head.push(v, (double)p);
    State all = head;
    const int64_t k = before < longest ? before : longest;
    if (k > 0) all.merge(tail[k]);
    const Rows<V> rows{column.in[0] + t * kTile, t + 1 < o.size ? t + 1 : o.size};
    const V value = window_value<K, V>(all, v, Window{(double)o.size, (double)p, o.all}, rows);
    column.write(t, select(all.n >= splat<V>(o.least), value, missing<V>()));
  }
}

template <class K>
void rolling(const lq::Args& a, int64_t from, int64_t to) {
  const WindowOptions o(a.options);
  each_column<K>(a, from, to, [&](const Column<K>& column, int64_t, int) {
    for (int64_t block = a.first / o.size; block * o.size < a.first + column.rows; ++block) {
      const int64_t boundary = block * o.size - a.first;
      const int64_t end = boundary + o.size < column.rows ? boundary + o.size : column.rows;
      rolling_block<K>(column, o, boundary, boundary > 0 ? boundary : 0, end, a.scratch);
    }
  });
}

/** Buckets [from, to), each by itself. Where bars come in order, folding them as they come is faster: Ohlcv::fold. */
template <class K>
void segment(const lq::Args& a, int64_t from, int64_t to) {
  const auto bars = bar_rows(a.in[0], a.rows, a.options[0] != 0, a.options[1] != 0);
  for (int64_t bucket = from; bucket < to; ++bucket) K::fold_bucket(a.out[0], bars, bucket);
}

}  // namespace LQ_NS
