// Back-tests of many parameter sets: lane = set. Indicators come as columns of a table that all sets share; what is
// left for each set is computed on local tiles of some rows, and then the back-test steps through them.
#pragma once
#include "../core/backtest.h"
#include "columns.h"

namespace LQ_NS {

typedef Trial<V> LaneTrial;
constexpr int kTrialWidth = sizeof(LaneTrial) / sizeof(V);
/** Doubles of a tile's state, per lane: the trial's members, and two sums for each block. */
constexpr int kTrialDoubles = kTrialWidth + 2 * kTrialBlocks;
static_assert(kTrialDoubles == lq::kTrialState);

/** Eight columns of the table, one per lane: how they are best read. */
struct LaneColumns {
  enum class Mode { Fixed, Broadcast, Contiguous, Gather } mode;
  const int32_t* columns;
  const double* fixed;
  LaneColumns(const int32_t* c, const double* f) : mode(Mode::Gather), columns(c), fixed(f) {
    bool same = true, next = true;
    for (int i = 1; i < kTile; ++i) {
      same = same && c[i] == c[0];
      next = next && c[i] == c[0] + i;
    }
    mode = c[0] < 0 ? Mode::Fixed : same ? Mode::Broadcast : next ? Mode::Contiguous : Mode::Gather;
  }
};

template <LaneColumns::Mode kMode>
struct Reader {
  const int32_t* columns;
  V fixed;
  Reader(const LaneColumns& from, int group) : columns(from.columns + group * LQ_LANES) {
    if constexpr (kMode == LaneColumns::Mode::Fixed) fixed = load(from.fixed + group * LQ_LANES);
  }
  /** Rows of the table lie further apart than the processor looks ahead by itself. */
  LQ_FN void prefetch(const double* row) const {
    if constexpr (kMode != LaneColumns::Mode::Fixed) __builtin_prefetch(row + columns[0]);
    if constexpr (kMode == LaneColumns::Mode::Contiguous) __builtin_prefetch(row + columns[0] + LQ_LANES - 1);
  }
  LQ_FN V at(const double* row) const {
    if constexpr (kMode == LaneColumns::Mode::Fixed) return fixed;
    if constexpr (kMode == LaneColumns::Mode::Broadcast) return splat<V>(row[columns[0]]);
    if constexpr (kMode == LaneColumns::Mode::Contiguous) return load(row + columns[0]);
    V v;
    for (int i = 0; i < LQ_LANES; ++i) v[i] = row[columns[i]];
    return v;
  }
};

/** Calls body.template operator()<mode>(). */
template <class F>
LQ_FN void with_mode(LaneColumns::Mode mode, F body) {
  typedef LaneColumns::Mode Mode;
  if (mode == Mode::Fixed) return body.template operator()<Mode::Fixed>();
  if (mode == Mode::Broadcast) return body.template operator()<Mode::Broadcast>();
  if (mode == Mode::Contiguous) return body.template operator()<Mode::Contiguous>();
  return body.template operator()<Mode::Gather>();
}

struct BarGrowth;

/** Rows [from, to) of a sweep, at most kTrialRows of them, and where their local tiles lie. */
struct TrialBlock {
  const lq::Sweep& sweep;
  int64_t from, to;
  const TrialBar* bars() const { return (const TrialBar*)sweep.market; }
  double* value(int v) const { return sweep.scratch + (int64_t)v * lq::kTrialRows * kTile; }
  BarGrowth* growth() const { return (BarGrowth*)value(sweep.operands + sweep.constants + sweep.steps); }
  LaneColumns operand(int v, int64_t tile) const {
    if (v >= sweep.operands) return LaneColumns(kNoColumns, value(v));
    const int64_t at = v * sweep.lanes + tile * kTile;
    return LaneColumns(sweep.columns + at, sweep.fixed + at);
  }
  static constexpr int32_t kNoColumns[kTile] = {-1, -1, -1, -1, -1, -1, -1, -1};
};

/** Members of a trial that a crossing changes. */
constexpr V LaneTrial::*kCrossing[] = {
    &LaneTrial::held,       &LaneTrial::order,    &LaneTrial::base,    &LaneTrial::equity,      &LaneTrial::peak,
    &LaneTrial::since_peak, &LaneTrial::longest,  &LaneTrial::sum3,    &LaneTrial::fall_equity, &LaneTrial::fall_peak,
    &LaneTrial::sum4,       &LaneTrial::downside, &LaneTrial::trades,  &LaneTrial::wins,        &LaneTrial::profit,
    &LaneTrial::loss,       &LaneTrial::turnover, &LaneTrial::exposure};

/** The state of one group of lanes, in memory. */
struct TrialLanes {
  double* at;
  TrialLanes(const lq::Sweep& s, int64_t tile, int group)
      : at(s.state + tile * lq::kTrialState * kTile + group * LQ_LANES) {}
  double* sums(int64_t block) const { return at + (kTrialWidth + block) * kTile; }
  LQ_FN static int place(V LaneTrial::*member) {
    const LaneTrial* const none = nullptr;
    return (int)(&(none->*member) - (const V*)none);
  }
  LQ_FN void read_crossing(LaneTrial* trial) const {
#pragma GCC unroll 32
    for (const auto member : kCrossing) trial->*member = load(at + place(member) * kTile);
  }
  LQ_FN void write_crossing(const LaneTrial& trial) const {
#pragma GCC unroll 32
    for (const auto member : kCrossing) store(at + place(member) * kTile, trial.*member);
  }
  /** Before the first row. */
  void begin() const {
    const KeptState<LaneTrial> kept{at};
    kept.write(LaneTrial());
    for (int b = 0; b < 2 * kTrialBlocks; ++b) store(sums(b), V{});
  }
};

/** The rows up to the end of the block of returns that row t of a sweep lies in. */
struct Segment {
  int64_t block, end;
  Segment(const lq::Sweep& s, int64_t t, int64_t to) {
    const int64_t bars = s.span - 1, i = s.first + t - 1;
    block = i <= 0 ? 0 : i * kTrialBlocks / bars;
    const int64_t next = ((block + 1) * bars + kTrialBlocks - 1) / kTrialBlocks + 1 - s.first;
    end = bars > 0 && next < to ? next : to;
  }
};

/** Growth of one bar, for a position that is held, entered or left at it: the same for all trials. */
struct BarGrowth {
  double held, entered, left, live;
};

inline void fill_growth(const TrialBlock& block) {
  const lq::Sweep& s = block.sweep;
  for (int64_t t = block.from; t < block.to; ++t) {
    const TrialBar& bar = block.bars()[t];
    const bool at_open = s.execution == (int)Execution::NextOpen;
    const double paid = 1 - s.turn, entered = at_open ? paid * (1 + bar.day) : paid;
    block.growth()[t - block.from] = {1 + bar.change, entered, (1 + (at_open ? bar.gap : bar.change)) * paid, bar.live};
  }
}

/** Rows that are asked for ahead of their use. */
constexpr int kAhead = 24;

/** Writes x < y, or x ≤ y, as 1 or 0. */
template <bool kEqual, LaneColumns::Mode kX, LaneColumns::Mode kY>
void compare(const TrialBlock& block, const LaneColumns& x, const LaneColumns& y, double* out) {
  const int64_t stride = block.sweep.stride;
  for (int group = 0; group < kGroups; ++group) {
    const Reader<kX> left(x, group);
    const Reader<kY> right(y, group);
    const double* row = block.sweep.table + block.from * stride;
    double* to = out + group * LQ_LANES;
    for (int64_t t = block.from; t < block.to; ++t, row += stride, to += kTile) {
      left.prefetch(row + kAhead * stride);
      right.prefetch(row + kAhead * stride);
      const V a = left.at(row), b = right.at(row);
      if constexpr (kEqual)
        store(to, one_where<V>(a <= b));
      else
        store(to, one_where<V>(a < b));
    }
  }
}

/** What is the same for all bars of a crossing. */
struct CrossBars {
  const BarGrowth* growth;
  const double* signal;
};

/** Long while the signal is 1: the same as run_bar, without what such a strategy never does. */
template <bool kOpen>
LQ_FN void cross_bar(LaneTrial* s, const CrossBars& bars, int64_t row, V order, V* sum, V* sum2) {
  const V zero{}, one = splat<V>(1), held = s->held;
  const BarGrowth& growth = bars.growth[row];
  V grown = select(held > zero, splat<V>(growth.held), one);
  if (differ(held, order)) {
    const V left = splat<V>(growth.left);
    grown = select(order > held, splat<V>(growth.entered), select(held > order, left, grown));
    s->leave(held > order, (s->equity * left) / s->base - one);
    s->base = select(order > held, s->equity, s->base);
    s->trades = s->trades + one_where<V>(order > held);
    s->turnover = s->turnover + absolute(order - held);
  }
  s->exposure = s->exposure + (kOpen ? order : held);
  s->add(grown, sum, sum2);
  s->held = order;
  s->order = load(bars.signal + row * kTile);
}

template <bool kOpen>
void cross_block(const TrialBlock& block, int64_t tile, const double* signal) {
  const lq::Sweep& sweep = block.sweep;
  const int64_t last = sweep.span - 1 - sweep.first;
  for (int group = 0; group < kGroups; ++group) {
    const TrialLanes lanes(sweep, tile, group);
    const CrossBars bars{block.growth(), signal + group * LQ_LANES};
    LaneTrial s;
    lanes.read_crossing(&s);
    int64_t t = block.from;
    if (sweep.first + t == 0) {
      if (bars.growth[0].live != 0) s.order = load(bars.signal);
      ++t;
    }
    while (t < block.to) {
      const Segment segment(sweep, t, block.to);
      double* const sums = lanes.sums(segment.block);
      V sum = load(sums), sum2 = load(sums + kTrialBlocks * kTile);
      const int64_t end = segment.end > last ? last : segment.end;
      for (; t < end; ++t) {
        const int64_t row = t - block.from;
        if (bars.growth[row].live != 0)
          cross_bar<kOpen>(&s, bars, row, s.order, &sum, &sum2);
        else
          s.pass();
      }
      for (; t < segment.end; ++t) {
        const int64_t row = t - block.from;
        if (bars.growth[row].live != 0)
          cross_bar<kOpen>(&s, bars, row, s.held, &sum, &sum2);
        else
          s.pass();
      }
      store(sums, sum);
      store(sums + kTrialBlocks * kTile, sum2);
    }
    lanes.write_crossing(s);
  }
}

/** Brings the operands of a tile to local tiles, and computes what is left of its signals there. */
inline void fill_values(const TrialBlock& block, const lq::Launch* launchers, int64_t tile) {
  const lq::Sweep& s = block.sweep;
  for (int v = 0; v < s.operands; ++v) {
    const LaneColumns from = block.operand(v, tile);
    with_mode(from.mode, [&]<LaneColumns::Mode kMode>() {
      for (int group = 0; group < kGroups; ++group) {
        const Reader<kMode> reader(from, group);
        const double* row = s.table + block.from * s.stride;
        double* to = block.value(v) + group * LQ_LANES;
        for (int64_t t = block.from; t < block.to; ++t, row += s.stride, to += kTile) store(to, reader.at(row));
      }
    });
  }
  for (int i = 0; i < s.steps; ++i) {
    const lq::TrialStep& step = s.step[i];
    lq::Args a{};
    for (int k = 0; k < 4; ++k) {
      if (step.in[k] >= 0) a.in[k] = block.value(step.in[k]);
      a.options[k] = step.options[k];
    }
    a.out[0] = block.value(step.out);
    a.rows = block.to - block.from;
    a.tiles = 1;
    a.columns = kTile;
    launchers[step.kernel](a, 0, 1);
  }
}

inline void trial_block(const TrialBlock& block, int64_t tile) {
  const lq::Sweep& s = block.sweep;
  const TrialRules rules{(Execution)s.execution, s.turn, s.borrow};
  for (int group = 0; group < kGroups; ++group) {
    const double* const limit = s.limits + tile * kTile + group * LQ_LANES;
    const TrialLimits<V> limits{load(limit), load(limit + s.lanes), load(limit + 2 * s.lanes)};
    const TrialLanes lanes(s, tile, group);
    const KeptState<LaneTrial> kept{lanes.at};
    LaneTrial trial;
    kept.read(&trial);
    for (int64_t t = block.from; t < block.to;) {
      const Segment segment(s, t, block.to);
      double* const sums = lanes.sums(segment.block);
      V sum = load(sums), sum2 = load(sums + kTrialBlocks * kTile);
      for (; t < segment.end; ++t) {
        const TrialBar& bar = block.bars()[t];
        if (bar.live == 0) {
          if (s.first + t > 0) trial.pass();
          continue;
        }
        V says[lq::kTrialRules];
        for (int k = 0; k < lq::kTrialRules; ++k) {
          const double* const at = s.rule[k] < 0 ? nullptr : block.value(s.rule[k]) + group * LQ_LANES;
          says[k] = at ? load(at + (t - block.from) * kTile) : splat<V>(k == 4 ? 1 : 0);
        }
        const TrialSignals<V> signals{says[0], says[1], says[2], says[3], says[4], s.rule[1] >= 0, s.rule[3] >= 0};
        const double row = (double)(s.first + t);
        run_bar(&trial, rules, limits, signals, bar, row, s.first + t == s.span - 1, &sum, &sum2);
      }
      store(sums, sum);
      store(sums + kTrialBlocks * kTile, sum2);
    }
    kept.write(trial);
  }
}

inline void finish_tile(const lq::Sweep& s, int64_t tile) {
  for (int group = 0; group < kGroups; ++group) {
    const KeptState<LaneTrial> kept{s.state + tile * lq::kTrialState * kTile + group * LQ_LANES};
    LaneTrial trial;
    kept.read(&trial);
    trial.finish();
    kept.write(trial);
  }
}

/** Block of rows by block of rows, so that the table's rows stay in cache while all tiles go over them. */
inline void run_sweep(const lq::Sweep& s, const lq::Launch* launchers, int64_t from, int64_t to) {
  for (int c = 0; c < s.constants; ++c) {
    double* const tile = s.scratch + (int64_t)(s.operands + c) * lq::kTrialRows * kTile;
    for (int64_t i = 0; i < lq::kTrialRows * kTile; ++i) tile[i] = s.constant[c];
  }
  for (int64_t tile = from; !s.resume && tile < to; ++tile)
    for (int group = 0; group < kGroups; ++group) TrialLanes(s, tile, group).begin();
  for (int64_t t = 0; t < s.rows; t += lq::kTrialRows) {
    const TrialBlock block{s, t, t + lq::kTrialRows < s.rows ? t + lq::kTrialRows : s.rows};
    if (s.crossing) fill_growth(block);
    for (int64_t tile = from; tile < to; ++tile) {
      if (!s.crossing) {
        fill_values(block, launchers, tile);
        trial_block(block, tile);
        continue;
      }
      double* const signal = block.value(s.step[0].out);
      const LaneColumns x = block.operand(s.step[0].in[0], tile), y = block.operand(s.step[0].in[1], tile);
      with_mode(x.mode, [&]<LaneColumns::Mode kX>() {
        with_mode(y.mode, [&]<LaneColumns::Mode kY>() {
          if (s.crossing == 2)
            compare<true, kX, kY>(block, x, y, signal);
          else
            compare<false, kX, kY>(block, x, y, signal);
        });
      });
      if (s.execution == (int)Execution::NextOpen)
        cross_block<true>(block, tile, signal);
      else
        cross_block<false>(block, tile, signal);
    }
  }
  for (int64_t tile = from; s.finish && tile < to; ++tile) finish_tile(s, tile);
}

}  // namespace LQ_NS
