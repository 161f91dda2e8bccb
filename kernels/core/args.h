// What crosses from the caller to a launcher. Plain data, the same in every namespace.
#pragma once
#include <stdint.h>

namespace lq {

constexpr int kTile = 8;  // columns of a tile: one cache line per row, one AVX-512 register

/**
 * Slots are [tiles][rows][kTile] doubles. A segment kernel reads a batch of bars, [8 columns][rows], and writes the
 * buffer of a fold; its tiles are buckets, its options tell whether turnover and vwap are there.
 */
struct Args {
  const double* in[4];
  double* out[2];
  int64_t rows, tiles;
  int64_t columns;    // at most tiles · kTile: the last of them are spare, and missing in every slot
  int64_t first;      // absolute panel row of row 0: windows are cut into blocks by absolute row
  double options[4];  // in the order of the spec
  double* scratch;    // private to the caller; size by scratch_elements()
  // Of scan kernels. A panel may be one of several that follow each other: what a column's rows so far amount to then
  // lies in `state`, [tiles][doubles of a State][kTile], or is null.
  double* state;
  bool resume;          // begin with what lies there
  int64_t begin, keep;  // first row that is stepped; before which row the state is put there
};

/** Runs one kernel over tiles [from, to), over rows when its shape is Cross, over buckets when it is Segment. */
typedef void (*Launch)(const Args&, int64_t from, int64_t to);

}  // namespace lq
