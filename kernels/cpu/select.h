// The k-th smallest of a set of numbers, in time that grows with their count whatever their order.
#pragma once
#include "lanes.h"

namespace LQ_NS {

/** Integers that order as the doubles do; −0 counts as 0. */
LQ_FN uint64_t ordered_bits(double x) {
  uint64_t bits;
  x = x + 0.0;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits ^ (bits >> 63 ? ~uint64_t(0) : uint64_t(1) << 63);
}
LQ_FN double from_ordered_bits(uint64_t key) {
  const uint64_t bits = key ^ (key >> 63 ? uint64_t(1) << 63 : ~uint64_t(0));
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

/** Byte by byte from the top, keeping the keys that share the k-th key's bytes so far. Overwrites `keys`. */
inline double select_kth(uint64_t* keys, int64_t n, int64_t k) {
  for (int shift = 56; shift >= 0 && n > 1; shift -= 8) {
    int64_t counts[256] = {};
    for (int64_t i = 0; i < n; ++i) ++counts[keys[i] >> shift & 255];
    uint64_t byte = 0;
    while (k >= counts[byte]) k -= counts[byte++];
    int64_t kept = 0;
    for (int64_t i = 0; i < n; ++i)
      if ((keys[i] >> shift & 255) == byte) keys[kept++] = keys[i];
    n = kept;
  }
  return from_ordered_bits(keys[0]);
}

}  // namespace LQ_NS
