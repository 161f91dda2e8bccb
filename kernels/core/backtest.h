// The back-test of one parameter set per lane: what is held, what is ordered, and the sums that every figure of a trial
// follows from. src/optimize/backtest.ts is the definition, and has the same order of operations, so the same bits.
#pragma once
#include "lanes.h"

namespace LQ_NS {

/** Blocks that returns are cut into; BLOCKS in src/optimize/types.ts. */
constexpr int kTrialBlocks = 16;

/** One bar, the same for all lanes; src/optimize/market.ts writes it. */
struct TrialBar {
  double close, open;
  double change;  // from the last close to this one
  double gap;     // from the last close to this open
  double day;     // from this open to this close
  double live;    // 1 where there is a price, else nothing happens
  double spare[2];
};

enum class Execution { NextClose, NextOpen, Close };

/** What is the same for all lanes and bars. */
struct TrialRules {
  Execution execution;
  double turn, borrow;  // costs: of |Δposition|, and of what is sold short, a bar
};

/** What a lane has come to. src/compute/trials.ts reads it, member by member. */
template <class V>
struct Trial {
  V held{}, order{}, blocked{};
  V entry_price{}, entry_row{};
  V base = splat<V>(1), carried = splat<V>(1);
  V equity = splat<V>(1), peak = splat<V>(1), since_peak{}, longest{};
  V fall_equity = splat<V>(1), fall_peak = splat<V>(1);
  V sum3{}, sum4{}, downside{};
  V trades{}, wins{}, profit{}, loss{}, turnover{}, exposure{};

  /** Takes in the return of a bar, whose growth is not below 0. */
  LQ_FN void add(V growth, V* sum, V* sum2) {
    const V zero{}, r = growth - splat<V>(1), r2 = r * r;
    *sum = *sum + r;
    *sum2 = *sum2 + r2;
    sum3 = sum3 + r2 * r;
    sum4 = sum4 + r2 * r2;
    downside = select(r < zero, downside + r2, downside);
    equity = equity * growth;
    pass();
    longest = select(longest > since_peak, longest, since_peak);
    const auto top = equity >= peak;
    peak = select(top, equity, peak);
    since_peak = select(top, zero, since_peak);
    const auto deeper = equity * fall_peak < fall_equity * peak;
    fall_equity = select(deeper, equity, fall_equity);
    fall_peak = select(deeper, peak, fall_peak);
  }

  /** A bar without a price passes, and nothing else. */
  LQ_FN void pass() { since_peak = since_peak + splat<V>(1); }

  /** Counts trades that end where the mask is set. */
  template <class M>
  LQ_FN void leave(M ended, V gain) {
    const V zero{};
    const V won = select(ended, select(gain > zero, gain, zero), zero);
    const V lost = select(ended, select(gain > zero, zero, gain), zero);
    wins = wins + one_where<V>(won > zero);
    profit = profit + won;
    loss = loss - lost;
  }

  /** After the last bar: what is still held counts at its last close. */
  LQ_FN void finish() {
    leave(held != splat<V>(0), equity / base - splat<V>(1));
    longest = select(longest > since_peak, longest, since_peak);
  }
};

/** What a strategy says at one bar. */
template <class V>
struct TrialSignals {
  V enter_long, leave_long, enter_short, leave_short, size;
  bool has_exit, has_cover;
};

/** Bounds of a lane's positions; infinite where there is none. */
template <class V>
struct TrialLimits {
  V stop_loss, take_profit, holding;
};

/** Gives an order, or takes it back, by what the signals say at the close of a bar. */
template <class V>
LQ_FN void decide(Trial<V>* s, const TrialSignals<V>& says, const TrialLimits<V>& limits, const TrialBar& bar,
                  double fill_row) {
  const V zero{}, one = splat<V>(1), close = splat<V>(bar.close);
  const auto is_long = says.enter_long > zero, is_short = says.enter_short > zero;
  const V leaving_long = says.has_exit ? says.leave_long : select(is_long, zero, one);
  const V leaving_short = says.has_cover ? says.leave_short : select(is_short, zero, one);
  const V wants_long = select(leaving_long > zero, zero, one_where<V>(is_long));
  const V wants_short = select(leaving_short > zero, zero, one_where<V>(is_short));
  const V want = select(wants_long > zero, one, zero - wants_short);
  s->blocked = select(want != s->blocked, zero, s->blocked);
  const V side = select(s->held > zero, one, select(s->held < zero, zero - one, zero));
  const V gain = side * (close - s->entry_price);
  V limited = one_where<V>(gain <= (zero - limits.stop_loss) * s->entry_price);
  limited = select(gain >= limits.take_profit * s->entry_price, one, limited);
  limited = select(splat<V>(fill_row) - s->entry_row >= limits.holding, one, limited);
  limited = select(side == zero, zero, limited);
  const V leaves = select(side > zero, leaving_long, leaving_short);
  const V leaving = select(limited > zero, one, select(leaves > zero, one, zero));
  const V stays = select(leaving > zero, zero, side);
  const V from_flat = select(want == s->blocked, zero, want);
  const V next = select(side == zero, from_flat, select(want == zero - side, want, stays));
  s->blocked = select(limited > zero, select(next == zero, side, s->blocked), s->blocked);
  const V sized = select(says.size > zero, next * says.size, zero);
  const V order = select(next == side, s->held, select(next == zero, zero, sized));
  s->order = select(s->equity > zero, order, s->order);
}

/** Lets a position earn up to this close, and fills the order unless the bar is the last. @return growth of the equity
 */
template <class V>
LQ_FN V trade(Trial<V>* s, const TrialRules& rules, const TrialBar& bar, double row, bool is_last) {
  const V zero{}, one = splat<V>(1);
  const bool at_open = rules.execution == Execution::NextOpen;
  const V order = is_last ? s->held : s->order;
  const auto fills = order != s->held;
  const V change = at_open ? select(fills, splat<V>(bar.gap), splat<V>(bar.change)) : splat<V>(bar.change);
  const V borrowed = select(s->held < zero, (zero - s->held) * splat<V>(rules.borrow), zero);
  const V earned = s->carried * (one + (s->held * change - borrowed));
  const V turned = absolute(order - s->held);
  const V cut = s->equity * (earned * (one - absolute(s->held) * splat<V>(rules.turn)));
  const V exposed = at_open ? order : s->held;
  s->carried = one;
  if (differ(order, s->held)) {
    const auto ends = select(fills, s->held, zero) != zero, begins = select(fills, order, zero) != zero;
    s->leave(ends, cut / s->base - one);
    s->entry_price = select(begins, splat<V>(at_open ? bar.open : bar.close), s->entry_price);
    s->entry_row = select(begins, splat<V>(row), s->entry_row);
    s->base = select(begins, cut, s->base);
    s->trades = s->trades + one_where<V>(begins);
    s->turnover = s->turnover + turned;
    s->held = order;
  }
  if (row > 0) s->exposure = s->exposure + one_where<V>(exposed != zero);
  const V paid = earned * (one - turned * splat<V>(rules.turn));
  return at_open ? select(fills, paid * (one + order * splat<V>(bar.day)), paid) : paid;
}

/** Where all is lost, what is held is gone. */
template <class V>
LQ_FN void ruin(Trial<V>* s) {
  const V zero{};
  const V alive = one_where<V>(s->equity > zero);
  if (!differ(alive, splat<V>(1))) return;
  s->leave(select(alive > zero, zero, s->held) != zero, splat<V>(-1));
  s->held = select(alive > zero, s->held, zero);
  s->order = select(alive > zero, s->order, zero);
}

/** One bar of a lane; `row` counts from the first bar of the span. */
template <class V>
LQ_FN void run_bar(Trial<V>* s, const TrialRules& rules, const TrialLimits<V>& limits, const TrialSignals<V>& says,
                   const TrialBar& bar, double row, bool is_last, V* sum, V* sum2) {
  const bool now = rules.execution == Execution::Close;
  if (now) decide(s, says, limits, bar, row);
  const V growth = trade(s, rules, bar, row, is_last);
  if (row > 0)
    s->add(select(growth > splat<V>(0), growth, splat<V>(0)), sum, sum2);
  else
    s->carried = growth;  // what the first bar costs is in the return of the next
  ruin(s);
  if (!now) decide(s, says, limits, bar, row + 1);
}

}  // namespace LQ_NS
