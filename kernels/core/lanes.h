// The lane type V that every formula is written over: `double` on CUDA, a vector of 2, 4 or 8 doubles on the CPU.
// Lane = asset: lanes never mix, so the order of additions is one, whatever the width.
#pragma once
#include <stdint.h>
#if defined(__AVX__) && !defined(__CUDACC__)
#include <immintrin.h>
#endif

#if defined(__CUDACC__)
#define LQ_FN __host__ __device__ __forceinline__
#elif defined(LQ_EMULATED)
#define LQ_FN inline
#else
#define LQ_FN inline __attribute__((always_inline))
#endif

// Each instruction set compiles everything into a namespace of its own: a function that the linker would otherwise
// merge across object files could carry AVX-512 code to a CPU that has none.
#ifndef LQ_NS
#define LQ_NS lq_host
#endif

namespace LQ_NS {

template <class V>
constexpr int kLanes = sizeof(V) / sizeof(double);

template <class V>
struct BitsOf;
template <>
struct BitsOf<double> {
  typedef uint64_t type;
};
template <class V>
using Bits = typename BitsOf<V>::type;
#if !defined(__CUDACC__)
template <class V>
struct BitsOf {
  typedef uint64_t type __attribute__((vector_size(sizeof(V))));
};
template <int L>
struct LanesOf {
  typedef double type __attribute__((vector_size(L * sizeof(double))));
};
#endif

template <class V>
LQ_FN V splat(double a) {
  return V{} + a;
}
template <>
LQ_FN double splat<double>(double a) {
  return a;
}

template <class M, class V>
LQ_FN V select(M mask, V yes, V no) {
  return mask ? yes : no;
}

/** The one NaN that leaves a kernel: 0x7ff8000000000000. */
template <class V>
LQ_FN V missing() {
  return splat<V>(__builtin_nan(""));
}

template <class V>
LQ_FN auto valid(V x) {
  return x == x;
}

/** What is not finite is missing: x − x is 0 for finite numbers only. */
template <class V>
LQ_FN V finite_or_missing(V x) {
  return select(x - x == splat<V>(0), x, missing<V>());
}

/** 1 where the mask is set, else 0. */
template <class V, class M>
LQ_FN V one_where(M mask) {
  return select(mask, splat<V>(1), splat<V>(0));
}

/** Whether two vectors differ in any lane. What depends on it must not change a lane in which they are equal. */
template <class V>
LQ_FN bool differ(V x, V y) {
  bool found = false;
  const auto mask = x != y;
  for (int i = 0; i < kLanes<V>; ++i) found |= mask[i] != 0;
  return found;
}
template <>
LQ_FN bool differ(double x, double y) {
  return x != y;
}
#if defined(__AVX512F__) && !defined(__CUDACC__)
template <>
LQ_FN bool differ(LanesOf<8>::type x, LanesOf<8>::type y) {
  return _mm512_cmp_pd_mask((__m512d)x, (__m512d)y, _CMP_NEQ_UQ) != 0;
}
#endif
#if defined(__AVX__) && !defined(__CUDACC__)
template <>
LQ_FN bool differ(LanesOf<4>::type x, LanesOf<4>::type y) {
  return _mm256_movemask_pd(_mm256_cmp_pd((__m256d)x, (__m256d)y, _CMP_NEQ_UQ)) != 0;
}
#endif

template <class V>
LQ_FN V clamp(V x, double low, double high) {
  return select(x < splat<V>(low), splat<V>(low), select(x > splat<V>(high), splat<V>(high), x));
}

template <class V>
LQ_FN Bits<V> bits_of(V x) {
  Bits<V> r;
  __builtin_memcpy(&r, &x, sizeof r);
  return r;
}
template <class V>
LQ_FN V from_bits(Bits<V> b) {
  V r;
  __builtin_memcpy(&r, &b, sizeof r);
  return r;
}

template <class V>
LQ_FN V absolute(V x) {
  return from_bits<V>(bits_of(x) & 0x7fffffffffffffffu);
}

// sqrt is correctly rounded by IEEE 754, so every instruction may be used.
template <class V>
LQ_FN V square_root(V a) {
  V r;
  for (int i = 0; i < kLanes<V>; ++i) r[i] = __builtin_sqrt(a[i]);
  return r;
}
#if defined(__CUDACC__)
template <>
LQ_FN double square_root<double>(double a) {
  return ::sqrt(a);
}
#else
template <>
LQ_FN double square_root<double>(double a) {
  return __builtin_sqrt(a);
}
#endif
#if defined(__AVX512F__) && !defined(__CUDACC__)
template <>
LQ_FN LanesOf<8>::type square_root(LanesOf<8>::type a) {
  return (LanesOf<8>::type)_mm512_sqrt_pd((__m512d)a);
}
#endif
#if defined(__AVX__) && !defined(__CUDACC__)
template <>
LQ_FN LanesOf<4>::type square_root(LanesOf<4>::type a) {
  return (LanesOf<4>::type)_mm256_sqrt_pd((__m256d)a);
}
#endif

}  // namespace LQ_NS
