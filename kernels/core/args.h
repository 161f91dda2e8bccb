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

/** Doubles that a trial keeps: its members (kernels/core/backtest.h), and two sums for each block of returns. */
constexpr int kTrialState = 22 + 2 * 16;
/** Rows that trials are stepped at a time. */
constexpr int kTrialRows = 128;
constexpr int kTrialRules = 5;  // long, exit, short, cover, size

/** One elementwise step of a trial: values by their numbers, operands first, then constants, then results. */
struct TrialStep {
  int kernel;
  int in[4], out;
  double options[4];
};

/** Back-tests of parameter sets over some rows; plain data. Lanes are sets, tiles are eight of them. */
struct Sweep {
  const double* table;   // [rows][stride]
  const double* market;  // [rows] TrialBar
  int64_t rows, stride;
  int64_t first, span;     // row of the span that row 0 is; rows of the whole span
  const int32_t* columns;  // [operands][lanes] of the table; below 0, the number in `fixed`
  const double* fixed;     // [operands][lanes]
  const double* limits;    // [3][lanes]: stop-loss, take-profit, holding
  int64_t lanes;
  int operands, constants, steps;
  const double* constant;
  const TrialStep* step;
  int rule[kTrialRules];  // the value of each, or −1
  int execution;          // 0 next-close, 1 next-open, 2 close
  double turn, borrow;
  int crossing;     // 1: long while x < y and nothing else is said, 2: x ≤ y, 0: anything
  double* scratch;  // [values][kTrialRows][kTile], and 4 · kTrialRows for crossings
  double* state;    // [tiles][kTrialState][kTile]
  bool resume, finish;
};

/** Runs the trials of tiles [from, to). */
typedef void (*SweepLaunch)(const Sweep&, const Launch* launchers, int64_t from, int64_t to);

}  // namespace lq
