// What crosses from the caller to a launcher. Plain data, the same in every namespace.
#pragma once
#include <stdint.h>

namespace lq {

constexpr int kTile = 8;  // columns of a tile: one cache line per row, one AVX-512 register

/** Slots are [tiles][rows][kTile] doubles. */
struct Args {
  const double* in[4];
  double* out[2];
  int64_t rows, tiles;
  int64_t first;      // absolute panel row of row 0: windows are cut into blocks by absolute row
  double options[4];  // in the order of the spec
  double* scratch;    // private to the caller; size by scratch_elements()
};

/** Runs one kernel over tiles [from, to), or over rows [from, to) when its shape is Cross. */
typedef void (*Launch)(const Args&, int64_t from, int64_t to);

}  // namespace lq
