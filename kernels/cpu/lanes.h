// Moving lanes between memory and registers, on the CPU.
#pragma once
#include "../core/args.h"
#include "../core/spec.h"

namespace LQ_NS {

typedef LanesOf<LQ_LANES>::type V;
constexpr int kTile = lq::kTile, kGroups = kTile / LQ_LANES;

LQ_FN V load(const double* p) {
  V v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
LQ_FN void store(double* p, V v) { __builtin_memcpy(p, &v, sizeof v); }

/** One group of LQ_LANES columns of a tile: rows are kTile doubles apart. */
template <class K>
struct Column {
  static constexpr int kInputs = inputs_of(K::spec);
  const double* in[kInputsMax];
  double* out;
  int64_t rows;
  Column(const lq::Args& a, int64_t tile, int group) : rows(a.rows) {
    const int64_t at = tile * a.rows * kTile + group * LQ_LANES;
    for (int i = 0; i < kInputs; ++i) in[i] = a.in[i] + at;
    out = a.out[0] + at;
  }
  LQ_FN void read(int64_t row, V* v) const {
    for (int i = 0; i < kInputs; ++i) v[i] = load(in[i] + row * kTile);
  }
  LQ_FN void write(int64_t row, V v) const { store(out + row * kTile, finite_or_missing(v)); }
};

/** Runs body(column, tile, group) for each group of each tile. */
template <class K, class F>
LQ_FN void each_column(const lq::Args& a, int64_t from, int64_t to, F body) {
  for (int64_t tile = from; tile < to; ++tile)
    for (int group = 0; group < kGroups; ++group) body(Column<K>(a, tile, group), tile, group);
}

}  // namespace LQ_NS
