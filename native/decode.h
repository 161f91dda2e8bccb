// What JavaScript writes (src/compute/encode.ts), read into steps. Anything that points outside is refused here.
#pragma once
#include "backend.h"

namespace lq {

/** Buffers of one call, and where in them words point. */
struct Memory {
  double *arena, *state, *times;
  size_t arena_length, state_length, times_length;
  int64_t rows, columns, tiles;
  double* local;  // the caller's own tiles

  int64_t tile() const { return rows * kTile; }
  /** A slot of the arena; below 0, a tile of the caller's own. Null if it lies outside. */
  double* slot(int32_t word) const {
    double* const p = word >= 0 ? arena + word * tiles * tile() : local + (-1 - word) * tile();
    const double* const end = p + (word >= 0 ? tiles : 1) * tile();
    return p >= arena && end <= arena + arena_length ? p : nullptr;
  }
};

/** The words of a call, in order; what reads beyond the end gets 0 and is told so by `ok`. */
struct Words {
  const int32_t* at;
  const int32_t* end;
  bool ok = true;
  int32_t next() {
    if (at < end) return *at++;
    ok = false;
    return 0;
  }
};

struct OptionValues {
  const double* at;
  const double* end;
  bool ok = true;
  double next() {
    if (at < end) return *at++;
    ok = false;
    return 0;
  }
};

/**
 * Reads a call into steps: [rows, columns, first, scratch, local, constants, steps], the constants' tiles, the steps.
 * False if anything points outside the buffers or the catalogue.
 */
bool decode(Words words, OptionValues options, Memory memory, Work* work);

/** A buffer of a call. */
template <class T>
struct Buffer {
  T* data;
  size_t length;
};

/** Buffers of a sweep; see src/compute/trials.ts. */
struct SweepMemory {
  Buffer<int32_t> columns;
  Buffer<double> lanes, market, table, scratch, state;
};

/** A sweep, and what it points to. */
struct SweepWork {
  Sweep sweep;
  std::vector<TrialStep> steps;
  std::vector<double> constants;
};

/**
 * Reads a sweep: words [rows, stride, first, span, lanes, execution, crossing, resume, finish, operands, constants,
 * steps, five rules, the steps: kernel, inputs, their values, output]; numbers [turn, borrow, the constants, options].
 */
bool decode_sweep(Words words, OptionValues numbers, const SweepMemory& memory, SweepWork* work);

}  // namespace lq
