// Every kernel on the baseline instruction set and on the emulated device: equal bits, and clean under the sanitizers.
// Built and run by scripts/sanitize.mjs; one thread per device thread, so that ThreadSanitizer sees every exchange.
#include <cstdio>
#include <cstring>
#include <vector>

#include "../../kernels/catalog.h"
#include "../../kernels/core/args.h"

namespace lq_v2 {
extern const lq::Launch launchers[];
}
namespace lq_emulated {
extern const lq::Launch launchers[];
}

using namespace lq_host;

#define SPEC(K) &K::spec,
static const Spec* const kSpecs[] = {LQ_CATALOG(SPEC)};

/** A seeded walk with one value in twenty missing. */
static double next_value(uint64_t* seed) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  const uint64_t r = *seed >> 11;
  return r % 20 == 0 ? __builtin_nan("") : (double)(r % 1000) / 8 - 40;
}

int main() {
  constexpr int64_t kRows = 45, kTiles = 5, kSlot = kRows * kTiles * lq::kTile, kFirst = 13;
  int failed = 0, passed = 0;
  for (size_t k = 0; k < sizeof kSpecs / sizeof kSpecs[0]; ++k) {
    if (kSpecs[k]->shape == Shape::Segment) continue;  // folds have another layout: test/kernels/fold-parity
    uint64_t seed = 4711 + k;
    std::vector<double> in[kInputsMax], scratch(1 << 20), out[2];
    for (auto& v : out) v.assign(kSlot, 0);
    lq::Args a{};
    a.rows = kRows, a.tiles = kTiles, a.columns = kTiles * lq::kTile - 3, a.first = kFirst, a.scratch = scratch.data();
    for (int i = 0; i < kInputsMax && kSpecs[k]->inputs[i]; ++i) {
      for (int64_t j = 0; j < kSlot; ++j) in[i].push_back(next_value(&seed));
      a.in[i] = in[i].data();
    }
    for (int o = 0; o < kOptionsMax && kSpecs[k]->options[o].name; ++o) a.options[o] = kSpecs[k]->options[o].fallback;
    const int64_t end = kSpecs[k]->shape == Shape::Cross ? kRows : kTiles;
    a.out[0] = out[0].data();
    lq_v2::launchers[k](a, 0, end);
    a.out[0] = out[1].data();
    lq_emulated::launchers[k](a, 0, end);
    const bool same = memcmp(out[0].data(), out[1].data(), kSlot * sizeof(double)) == 0;
    (same ? passed : failed)++;
    if (!same) printf("FAIL %s: the emulated device has other bits\n", kSpecs[k]->name);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
