// The device's threads on the host: proves index arithmetic, order of sums and exchanges where there is no GPU.
#include "emulate.h"

#include "../catalog.h"
#include "threads.h"

namespace LQ_NS {

/** All warps that touch rows or tiles [from, to). Only cross kernels exchange; the others need no warp around them. */
template <class K>
void emulate(const lq::Args& args, int64_t from, int64_t to) {
  lq::Args a = args;
  if constexpr (K::spec.shape == Shape::Cross) {
    for (int64_t row = from; row < to; ++row)
      warp::run([](const void* context, int64_t i) { device_thread<K>(*(const lq::Args*)context, i); }, &a,
                row * kStrands);
  } else {
    const Shape shape = K::spec.shape;
    const int64_t per_tile = shape == Shape::Segment ? 1 : shape == Shape::Scan ? kTile : a.rows * kTile;
    for (int64_t i = from * per_tile; i < to * per_tile; ++i) device_thread<K>(a, i);
  }
}

#define ENTRY(K) emulate<K>,
extern const lq::Launch launchers[];
const lq::Launch launchers[] = {LQ_CATALOG(ENTRY)};

}  // namespace LQ_NS
