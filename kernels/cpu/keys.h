// Sort keys of the values in neighbouring rows, lane = row: 32 bits, so that twice as many rows are sorted side by side
// as there are doubles in a register. The high bits order the values, the low bits are the column. Values that the
// high bits do not tell apart are told apart afterwards: keys decide how fast a row is ranked, not how.
#pragma once
#include "network.h"
#include "transpose.h"

namespace LQ_NS {

typedef float F __attribute__((vector_size(sizeof(V))));
typedef float Half __attribute__((vector_size(sizeof(V) / 2)));

constexpr int kSide = 2 * LQ_LANES;  // rows side by side

LQ_FN F joined(Half a, Half b) { return __builtin_shufflevector(a, b, LQ_JOINED); }

/** Rows of a slot: element (row, column) is at[column / kTile · stride + row · kTile + column mod kTile]. */
struct TileRows {
  const double* at;
  int64_t rows, tiles, stride;
  TileRows(const lq::Args& a, int input, int64_t start, int64_t rows_)
      : at(a.in[input] + start * kTile), rows(rows_), tiles(a.tiles), stride(a.rows * kTile) {}
  LQ_FN double value(int64_t row, int64_t column) const {
    return at[column / kTile * stride + row * kTile + column % kTile];
  }
};

/** Where values lie and how far they spread, guessed from a few: keys tell most values apart if it is about right. */
struct Ruler {
  double centre = 0, scale = 1;
  explicit Ruler(const TileRows& x) {
    double middles = 0, spreads = 0, ranges = 0, n = 0;
    for (int lane = 0; lane < kTile; ++lane) {
      double v[kTile];
      for (int i = 0; i < kTile; ++i) v[i] = x.value(i * x.rows / kTile, i * x.tiles / kTile * kTile + lane);
      for (int i = 1; i < kTile; ++i)
        for (int j = i; j > 0 && (v[j] < v[j - 1] || !valid(v[j - 1])); --j) {
          const double swap = v[j];
          v[j] = v[j - 1];
          v[j - 1] = swap;
        }
      const double spread = v[5] - v[2], range = v[7] - v[0];
      if (!(spread < 1e300) || !(absolute(v[3]) < 1e300)) continue;
      middles += v[3], spreads += spread, ranges += range < 1e300 ? range : 0, n += 1;
    }
    const double wide = spreads > 0 ? spreads : ranges;
    if (n > 0) centre = middles / n;
    if (wide > 1e-290) scale = n / wide;
  }
};

/** Makes and sorts the keys of up to kSide rows. */
struct Keys {
  // 23 bits for a doubling of the distance and 3 for 8 of them leave 5: farther out all values have one key.
  static constexpr int kShift = 5;
  Key* at;  // [columns in whole blocks]
  int64_t columns, padded;
  int bits = 0;  // of a column's number
  Key counts{};  // valid values of each row

  Keys(Key* at_, int64_t columns_) : at(at_), columns(columns_), padded((columns_ + kBlock - 1) / kBlock * kBlock) {
    while ((int64_t(1) << bits) < columns) ++bits;
  }
  LQ_FN int32_t column_mask() const { return (int32_t)((int64_t(1) << bits) - 1); }
  /** Keys from here on are of missing values. */
  LQ_FN int32_t missing_key() const { return INT32_MAX & ~column_mask(); }
  LQ_FN int32_t key(int64_t place, int lane) const { return ((const int32_t*)at)[place * kSide + lane]; }

  LQ_FN void sort(const TileRows& x) {
    const Ruler ruler(x);
    counts = Key{};
    for (int64_t tile = 0; tile < x.tiles; ++tile) {
      Key m[kTile];
      load_tile(x, tile, ruler, m);
      transpose<kTile>(m);
      for (int c = 0; c < kTile; ++c) at[tile * kTile + c] = keys_of((F)m[c], (int32_t)(tile * kTile + c));
    }
    for (int64_t i = columns; i < padded; ++i) at[i] = Key{} + INT32_MAX;
    sort_network(at, padded);
  }

  /** The columns of each lane by ascending key: [kSide × padded]. */
  LQ_FN void columns_by_lane(int32_t* columns) const {
    for (int64_t i = 0; i < padded; i += kSide) {
      Key m[kSide];
      for (int j = 0; j < kSide; ++j) m[j] = at[i + j] & column_mask();
      transpose<kSide>(m);
      for (int lane = 0; lane < kSide; ++lane) __builtin_memcpy(columns + lane * padded + i, &m[lane], sizeof(Key));
    }
  }

 private:
  /** A tile's values less the centre, in spreads, row by row; rows that are not there repeat the last. */
  LQ_FN void load_tile(const TileRows& x, int64_t tile, const Ruler& ruler, Key* m) const {
    const V centre = splat<V>(ruler.centre), scale = splat<V>(ruler.scale);
    for (int i = 0; i < kTile; ++i) {
      Half half[2];
      for (int j = 0; j < 2; ++j) {
        const int64_t element = (2 * i + j) * LQ_LANES, row = element / kTile, last = x.rows - 1;
        const double* from = x.at + tile * x.stride + (row < last ? row : last) * kTile + element % kTile;
        half[j] = __builtin_convertvector((load(from) - centre) * scale, Half);
      }
      m[i] = (Key)joined(half[0], half[1]);
    }
  }
  /** Every step keeps the order. The bits of 1 + |f| count up with it: 2^23 to each doubling. */
  LQ_FN Key keys_of(F f, int32_t column) {
    const Key negative = f < F{}, there = f == f;
    const Key mask = Key{} + column_mask(), most = Key{} + ((INT32_MAX - (2 << bits)) >> kShift);
    const F size = (F)((Key)f & INT32_MAX) + 1.0f;
    Key code = (Key)size - (Key)(F{} + 1.0f);
    code = (code < most ? code : most) << kShift;
    const Key ordered = (code ^ negative) & ~mask;
    counts -= there;
    return (there ? ordered : Key{} + missing_key()) | column;
  }
};

}  // namespace LQ_NS
