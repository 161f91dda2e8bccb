#pragma once
#include "../core/spec.h"

namespace LQ_NS {

/** Columns of one run of rows, ascending by time. `turnover` and `vwap` may be null: the source has none. */
template <class Time>
struct BarRows {
  const Time* timestamp;
  const double *open, *high, *low, *close, *volume, *turnover, *vwap;
  int64_t rows;
};

/** The eight columns of a batch, one after another, in the order of BarRows. */
LQ_FN BarRows<double> bar_rows(const double* columns, int64_t rows, bool turnover, bool vwap) {
  const auto column = [=](int k) { return columns + k * rows; };
  return BarRows<double>{column(0),
                         column(1),
                         column(2),
                         column(3),
                         column(4),
                         column(5),
                         turnover ? column(6) : nullptr,
                         vwap ? column(7) : nullptr,
                         rows};
}

/** How a source counts time: ms = tick × multiply / divide. Edges are scaled to ticks, so no row is converted. */
struct TimeUnit {
  int64_t multiply, divide;

  /** The first tick that is not before a time in ms; beyond int64, its end. */
  LQ_FN int64_t edge(double ms, int64_t) const {
    const double end = 9.2e18 * double(multiply) / double(divide);
    if (ms >= end) return INT64_MAX;
    if (ms <= -end) return INT64_MIN;
    const int64_t whole = int64_t(ms);
    return (whole / multiply + (whole % multiply > 0)) * divide;
  }
  LQ_FN double edge(double ms, double) const { return ms; }

  /** The ms that a tick falls in. */
  LQ_FN double floor(int64_t tick) const { return double(tick / divide - (tick % divide < 0)) * double(multiply); }
  LQ_FN double floor(double ms) const { return ms; }

  /** True if `next` is at least one ms later: the store counts in ms, so two bars closer than that may be one. */
  LQ_FN bool later(int64_t tick, int64_t next) const {
    return (next > tick) & (uint64_t(next) - uint64_t(tick) >= uint64_t(divide));
  }
  LQ_FN bool later(double ms, double next) const { return next > ms; }
};

/**
 * Folds bars into the buckets of a table: open = first, high = greatest, low = least, close = last, volume and
 * turnover = sum in time order, bars = rows. What is not finite is missing and is skipped. Rows go straight into the
 * output columns, so the open bucket is carried from one batch to the next by construction.
 *
 * A fold's buffer is laid out as in src/resample/fold.ts: a header, then columns of `capacity` doubles. The pieces
 * [start, end) of the table ascend and never overlap; `bucket` is the output row that a piece belongs to.
 */
struct Ohlcv {
  static constexpr Spec spec{
      "ohlcv",
      Shape::Segment,
      {"bars", "pieces"},
      {"buckets"},
      {},
      "Bars of a wider timeframe: first, greatest, least and last price, volume and count of the bars in each bucket.",
      "open = first, high = max, low = min, close = last, volume = Σ, bars = count",
      "definition",
      0};

  enum Header { kCapacity, kPieces, kPiece, kRow, kDropped, kNext, kLast, kWithVwap, kHeader };
  enum Column {
    kStart,
    kEnd,
    kBucket,
    kOpen,
    kHigh,
    kLow,
    kClose,
    kVolume,
    kBars,
    kTurnover,
    kPriceVolume,
    kPricedVolume,
    kColumns
  };
  enum Status { kDone, kFull, kDisorder };

  /**
   * Folds one batch into several tables.
   * kDone: the next batch, please. kFull: in some tables the row `kRow` is at or after the table's end, and `kNext` is
   * its time; the caller takes the buckets, writes the next table and calls again with the same batch.
   * kDisorder: the rows do not ascend; nothing was added.
   */
  template <class Time>
  static Status fold(double* const* states, int count, const BarRows<Time>& bars, const TimeUnit& unit) {
    if (bars.rows == 0) return kDone;
    if (!(unit.floor(bars.timestamp[0]) > states[0][kLast]) || !ascends(bars, unit)) return kDisorder;
    bool done = true;
    for (int k = 0; k < count; ++k) done &= fold_one(states[k], bars, unit);
    if (!done) return kFull;
    for (int k = 0; k < count; ++k) states[k][kRow] = 0;
    states[0][kLast] = unit.floor(bars.timestamp[bars.rows - 1]);
    return kDone;
  }

  /**
   * One bucket by itself, for backends that work on many at once: its rows are found by their times, and added as
   * `fold` adds them. The rows must ascend. Neither the header nor other buckets are touched.
   */
  static LQ_FN void fold_bucket(double* state, const BarRows<double>& bars, int64_t bucket) {
    const int64_t capacity = int64_t(state[kCapacity]), pieces = int64_t(state[kPieces]);
    double* const columns = state + kHeader;
    const double* const owner = columns + kBucket * capacity;
    int64_t piece = 0;
    for (int64_t high = pieces; piece < high;) {
      const int64_t middle = piece + (high - piece) / 2;
      if (owner[middle] < double(bucket))
        piece = middle + 1;
      else
        high = middle;
    }
    for (; piece < pieces && owner[piece] == double(bucket); ++piece) {
      const int64_t from = find(bars, 0, 1, columns[kStart * capacity + piece]);
      const int64_t to = find(bars, from, 1, columns[kEnd * capacity + piece]);
      if (to > from) add(columns + bucket, capacity, bars, from, to, state[kWithVwap] != 0);
    }
  }

 private:
  template <class Time>
  static bool ascends(const BarRows<Time>& bars, const TimeUnit& unit) {
    bool ascending = true;
    for (int64_t i = 1; i < bars.rows; ++i) ascending &= unit.later(bars.timestamp[i - 1], bars.timestamp[i]);
    return ascending;
  }

  static LQ_FN bool finite(double x) { return x - x == 0; }

  /** @return true if the table holds a place for all rows */
  template <class Time>
  static bool fold_one(double* state, const BarRows<Time>& bars, const TimeUnit& unit) {
    const int64_t capacity = int64_t(state[kCapacity]), pieces = int64_t(state[kPieces]);
    double* const columns = state + kHeader;
    const double *start = columns + kStart * capacity, *end = columns + kEnd * capacity;
    const double* bucket = columns + kBucket * capacity;
    int64_t piece = int64_t(state[kPiece]), row = int64_t(state[kRow]), length = 1;
    while (row < bars.rows) {
      const Time t = bars.timestamp[row];
      while (piece < pieces && t >= unit.edge(end[piece], Time())) ++piece;
      if (piece == pieces) break;
      const int64_t first = find(bars, row, 0, unit.edge(start[piece], Time()));
      state[kDropped] += double(first - row);
      row = find(bars, first, length, unit.edge(end[piece], Time()));
      length = row - first;
      if (length > 0) add(columns + int64_t(bucket[piece]), capacity, bars, first, row, state[kWithVwap] != 0);
    }
    state[kPiece] = double(piece);
    state[kRow] = double(row);
    if (row < bars.rows) state[kNext] = unit.floor(bars.timestamp[row]);
    return row == bars.rows;
  }

  /** The first row at or after `edge`. Buckets are mostly as long as the one before, so that guess is tried first. */
  template <class Time>
  static LQ_FN int64_t find(const BarRows<Time>& bars, int64_t row, int64_t guess, Time edge) {
    const Time* t = bars.timestamp;
    int64_t low = row, high = row + guess;  // rows before `low` are before the edge, row `high` is not
    while (high < bars.rows && t[high] < edge) low = high + 1, high = low + (high - row);
    if (high > bars.rows) high = bars.rows;
    if (high > low && t[high - 1] < edge) return high;
    while (low < high) {
      const int64_t middle = low + (high - low) / 2;
      if (t[middle] < edge)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

  /** Adds rows [from, to) to the bucket whose first column is at `out`. */
  template <class Time>
  static LQ_FN void add(double* out, int64_t capacity, const BarRows<Time>& bars, int64_t from, int64_t to,
                        bool with_vwap) {
    out[kBars * capacity] += double(to - from);
    take_first(out[kOpen * capacity], bars.open, from, to);
    for (int64_t i = to; i-- > from;)
      if (finite(bars.close[i])) {
        out[kClose * capacity] = bars.close[i];
        break;
      }
    extremes(out[kHigh * capacity], out[kLow * capacity], out[kVolume * capacity], bars, from, to);
    if (bars.turnover)
      for (int64_t i = from; i < to; ++i) grow(out[kTurnover * capacity], bars.turnover[i]);
    if (with_vwap) priced(out[kPriceVolume * capacity], out[kPricedVolume * capacity], bars, from, to);
  }

  /**
   * High, low and volume in one loop: the additions must wait for each other, the comparisons run in their shadow. The
   * loop takes every value for a finite one; only where a result shows that one was not, a careful loop does it again.
   */
  template <class Time>
  static LQ_FN void extremes(double& high, double& low, double& volume, const BarRows<Time>& bars, int64_t from,
                             int64_t to) {
    take_first(high, bars.high, from, to);
    take_first(low, bars.low, from, to);
    const int64_t summed = take_first(volume, bars.volume, from, to);
    double h = high, l = low, v = volume;
    for (int64_t i = from; i < summed; ++i) wider(h, l, bars.high[i], bars.low[i]);
    for (int64_t i = summed; i < to; ++i) {
      wider(h, l, bars.high[i], bars.low[i]);
      v += bars.volume[i];
    }
    if (finite(h) & finite(l) & finite(v)) {
      high = h, low = l, volume = v;
      return;
    }
    for (int64_t i = from; i < to; ++i)
      wider(high, low, finite(bars.high[i]) ? bars.high[i] : high, finite(bars.low[i]) ? bars.low[i] : low);
    for (int64_t i = summed; i < to; ++i) grow(volume, bars.volume[i]);
  }

  static LQ_FN void wider(double& high, double& low, double h, double l) {
    high = h > high ? h : high;
    low = l < low ? l : low;
  }

  /** Σ p·volume and Σ volume over the rows that have both; p = the source's vwap, else (high + low + close) / 3. */
  template <class Time>
  static LQ_FN void priced(double& price_volume, double& volume, const BarRows<Time>& bars, int64_t from, int64_t to) {
    for (int64_t i = from; i < to; ++i) {
      const bool given = bars.vwap && finite(bars.vwap[i]);
      const double product = (given ? bars.vwap[i] : (bars.high[i] + bars.low[i] + bars.close[i]) / 3) * bars.volume[i];
      if (!finite(product)) continue;
      grow(price_volume, product);
      grow(volume, bars.volume[i]);
    }
  }

  /** Gives a value that is still missing the first x that is not. @return the row after the last one looked at */
  static LQ_FN int64_t take_first(double& value, const double* x, int64_t from, int64_t to) {
    while (value != value && from < to)
      if (finite(x[from++])) value = x[from - 1];
    return from;
  }

  /** A sum starts as its first value, not as 0, which keeps the sign of a zero. */
  static LQ_FN void grow(double& sum, double x) {
    if (finite(x)) sum = sum != sum ? x : sum + x;
  }
};

}  // namespace LQ_NS
