// A sorting network over vectors of keys, each lane on its own: no branch on data, and a compare-exchange is a minimum
// and a maximum. It is bound by loads and stores, so as many exchanges as registers allow lie between them: 504 vectors
// take 15 passes instead of 45. Batcher 1968, doi:10.1145/1468075.1468121.
#pragma once
#include "lanes.h"

namespace LQ_NS {

typedef int32_t Key __attribute__((vector_size(sizeof(V))));

#if defined(__AVX512F__)
constexpr int kBlock = 16;  // vectors that are sorted in registers: half of those there are
#else
constexpr int kBlock = 8;
#endif

LQ_FN void exchange(Key& a, Key& b) {
  const Key low = a < b ? a : b, high = a < b ? b : a;
  a = low;
  b = high;
}

/** Sorts N vectors that rise and then fall, or fall and then rise. */
template <int N>
LQ_FN void clean(Key* r) {
  if constexpr (N > 1) {
    for (int i = 0; i < N / 2; ++i) exchange(r[i], r[i + N / 2]);
    clean<N / 2>(r);
    clean<N / 2>(r + N / 2);
  }
}

/** Merges two sorted halves, looking at every Step-th of N vectors: first those at even places, then those at odd. */
template <int N, int Step = 1>
LQ_FN void merge(Key* r) {
  if constexpr (2 * Step < N) {
    merge<N, 2 * Step>(r);
    merge<N, 2 * Step>(r + Step);
    for (int i = Step; i + Step < N; i += 2 * Step) exchange(r[i], r[i + Step]);
  } else {
    exchange(r[0], r[Step]);
  }
}

template <int N>
LQ_FN void sort(Key* r) {
  if constexpr (N > 1) {
    sort<N / 2>(r);
    sort<N / 2>(r + N / 2);
    merge<N>(r);
  }
}

template <class F>
LQ_FN void each_block(Key* keys, int64_t n, F f) {
  for (int64_t i = 0; i < n; i += kBlock) {
    Key r[kBlock];
    for (int j = 0; j < kBlock; ++j) r[j] = keys[i + j];
    f(r);
    for (int j = 0; j < kBlock; ++j) keys[i + j] = r[j];
  }
}

/**
 * Exchanges at the distance 2·h and then h, four vectors at a time, so that each is loaded once for both. Mirrored: the
 * first distance joins two ascending runs of 2·h, the first of the one with the last of the other. Vectors from `live`
 * on are not there; they count as greater than all, and would stay where they are.
 */
template <bool Mirrored>
LQ_FN void exchange_four(Key* x, int64_t live, int64_t h) {
  for (int64_t i = 0; i < h; ++i) {
    Key *const a = x + i, *const b = a + h;
    const int64_t third = Mirrored ? 3 * h - 1 - i : 2 * h + i;
    Key *const c = x + third, *const d = c + h;
    if (third + h < live) {
      Key p = *a, q = *b, r = *c, s = *d;
      if (Mirrored)
        exchange(p, s), exchange(q, r);
      else
        exchange(p, r), exchange(q, s);
      exchange(p, q), exchange(r, s);
      *a = p, *b = q, *c = r, *d = s;
    } else {
      if (third < live) exchange(Mirrored ? *b : *a, *c);
      if (i + h < live) exchange(*a, *b);
    }
  }
}

/** Merges two ascending runs of p vectors at x, up to exchanges within blocks. */
LQ_FN void merge_runs(Key* x, int64_t live, int64_t p) {
  int64_t k = p / 4;  // the next distance
  if (p > kBlock) {
    exchange_four<true>(x, live, p / 2);
  } else {
    for (int64_t i = 0; i < kBlock; ++i) exchange(x[i], x[2 * kBlock - 1 - i]);
  }
  const int64_t end = live < 2 * p ? live : 2 * p;
  for (; k >= 2 * kBlock; k /= 4)
    for (int64_t i = 0; i < end; i += 2 * k) exchange_four<false>(x + i, end - i, k / 2);
  if (k == kBlock)
    for (int64_t i = 0; i + k < end; i += 2 * k)
      for (int64_t j = 0; j < k; ++j) exchange(x[i + j], x[i + j + k]);
}

/** Sorts n vectors of keys, n a multiple of kBlock. */
inline void sort_network(Key* keys, int64_t n) {
  each_block(keys, n, [](Key* r) { sort<kBlock>(r); });
  for (int64_t p = kBlock; p < n; p *= 2) {
    for (int64_t i = 0; i + p < n; i += 2 * p) merge_runs(keys + i, n - i, p);
    each_block(keys, n, [](Key* r) { clean<kBlock>(r); });
  }
}

}  // namespace LQ_NS
