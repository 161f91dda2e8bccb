// What a window kernel may know besides its sums.
#pragma once
#include "args.h"
#include "spec.h"

namespace LQ_NS {

/** Positions count rows from the boundary between two blocks of windows: 0 is the first row of the newer block. */
struct Window {
  double size;            // rows of the window
  double newest;          // position of its newest row
  const double* options;  // in the order of the spec
};

/** The rows of a window themselves, for kernels that no sum can answer: x[0] is the newest. */
template <class V>
struct Rows {
  const double* newest;
  int64_t count;  // at most the window's size; rows before the table are missing
  LQ_FN V operator[](int64_t back) const {
    V v;
    __builtin_memcpy(&v, newest - back * lq::kTile, sizeof v);
    return v;
  }
};

/** A kernel's value of a window, given its rows where it asks for them. `in`: the newest row of every input. */
template <class K, class V, class State>
LQ_FN V window_value(const State& sums, const V* in, const Window& window, const Rows<V>& rows) {
  if constexpr (requires { K::template value<V>(sums, in, window, rows); })
    return K::template value<V>(sums, in, window, rows);
  else
    return K::template value<V>(sums, in, window);
}

}  // namespace LQ_NS
