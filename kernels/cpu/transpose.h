// Keys of several rows into lanes and back, in registers.
#pragma once
#include "network.h"

namespace LQ_NS {

// Of the lanes of two vectors, counted through, every second one; and all that two halves have.
#if LQ_LANES == 8
#define LQ_EVENS 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define LQ_ODDS 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define LQ_JOINED 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#elif LQ_LANES == 4
#define LQ_EVENS 0, 2, 4, 6, 8, 10, 12, 14
#define LQ_ODDS 1, 3, 5, 7, 9, 11, 13, 15
#define LQ_JOINED 0, 1, 2, 3, 4, 5, 6, 7
#else
#define LQ_EVENS 0, 2, 4, 6
#define LQ_ODDS 1, 3, 5, 7
#define LQ_JOINED 0, 1, 2, 3
#endif

/** [lanes × M], row by row, into [M × lanes]: each step moves the lowest bit of an element's place to the top. */
template <int M>
LQ_FN void transpose(Key* m) {
  for (int step = 1; step < M; step *= 2) {
    Key next[M];
    for (int i = 0; i < M / 2; ++i) {
      next[i] = __builtin_shufflevector(m[2 * i], m[2 * i + 1], LQ_EVENS);
      next[M / 2 + i] = __builtin_shufflevector(m[2 * i], m[2 * i + 1], LQ_ODDS);
    }
    for (int i = 0; i < M; ++i) m[i] = next[i];
  }
}

}  // namespace LQ_NS
