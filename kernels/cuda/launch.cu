// One entry per kernel; the driver finds it by name. Compiled with --fmad=false: no contraction, as on the CPU.
#include "../catalog.h"
#include "threads.h"

#define ENTRY(K)                                                                       \
  extern "C" __global__ void lq_##K(lq::Args a) {                                      \
    LQ_NS::device_thread<LQ_NS::K>(a, blockIdx.x * (int64_t)blockDim.x + threadIdx.x); \
  }
LQ_CATALOG(ENTRY)
