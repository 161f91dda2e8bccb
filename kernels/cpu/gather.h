// Rows of a panel, out of its tiles and back.
#pragma once
#include "lanes.h"

namespace LQ_NS {

/**
 * Rows are gathered kRows at a time: a tile's share of them is one stretch of memory, where row by row each cache
 * line would lie on a page of its own.
 */
constexpr int64_t kRows = 16;

/** Rows [start, start + rows) of an input as [rows × columns]. */
LQ_FN void gather(const lq::Args& a, int input, int64_t start, int64_t rows, double* x) {
  for (int64_t tile = 0; tile < a.tiles; ++tile)
    for (int64_t r = 0; r < rows; ++r)
      __builtin_memcpy(x + (r * a.tiles + tile) * kTile, a.in[input] + (tile * a.rows + start + r) * kTile,
                       kTile * sizeof(double));
}

/** Such rows, back into the tiles of the result. */
LQ_FN void scatter(const lq::Args& a, int64_t start, int64_t rows, const double* y) {
  for (int64_t tile = 0; tile < a.tiles; ++tile)
    for (int64_t r = 0; r < rows; ++r)
      __builtin_memcpy(a.out[0] + (tile * a.rows + start + r) * kTile, y + (r * a.tiles + tile) * kTile,
                       kTile * sizeof(double));
}

}  // namespace LQ_NS
