#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Sar {
  static constexpr Spec spec{
      "sar",
      Shape::Scan,
      {"high", "low"},
      {"y"},
      {{"acceleration", 0, 1, 0.02, "of the way to the extreme"}, {"maximum", 0, 1, 0.2, "of the way to the extreme"}},
      "Wilder's parabolic stop and reverse, from the second valid bar on; the first trend is "
      "down where the low fell, and by more than the high rose.",
      "stop + a·(extreme − stop), within the last two bars; a grows with each new extreme",
      "Wilder 1978, New Concepts in Technical Trading Systems; first trend: TA-Lib TA_SAR",
      1e-12};
  /** Stop and extreme are kept in the direction of the trend: in a falling one prices have their sign changed. */
  template <class V>
  struct State {
    V bars{}, rising{}, stop{}, extreme{}, pace{}, high{}, low{};
    LQ_FN V step(const V* in, const double* o) {
      const V one = splat<V>(1), maximum = splat<V>(o[1]), slow = least(splat<V>(o[0]), maximum);
      const auto ok = valid(in[0]) & valid(in[1]);
      const auto second = bars == one;
      const V rise = in[0] - high, fall = low - in[1];
      const V starts = one_where<V>(!((fall > splat<V>(0)) & (fall > rise)));
      const V up = select(second, starts, rising);
      const V ahead = along(up, in[0], in[1]), behind = along(up, in[1], in[0]);
      const V behind_before = along(up, low, high);
      const V ahead_before = select(second, ahead, along(up, high, low));
      const V at = select(second, behind_before, stop), best = select(second, ahead, extreme);
      const V guard = least(behind, select(second, behind, behind_before));
      const V grown = select(ahead > best, least(pace + slow, maximum), select(second, slow, pace));

      // What turns goes on in the new direction: from the old extreme, outside the last two bars.
      const auto turned = behind <= at;
      const V reach = most(ahead, ahead_before);
      const V now = select(turned, -most(best, reach), at);
      const V goal = select(turned, -behind, most(best, ahead));
      const V speed = select(turned, slow, grown);
      const V next = least(now + speed * (goal - now), select(turned, -reach, guard));
      const V up_now = select(turned, one - up, up);

      const auto moves = ok & (bars > splat<V>(0));
      const V value = select(moves, along(up_now, now, now), missing<V>());
      rising = select(moves, up_now, rising);
      stop = select(moves, next, stop);
      extreme = select(moves, goal, extreme);
      pace = select(moves, speed, pace);
      bars = select(ok, select(bars > splat<V>(0), splat<V>(2), one), bars);
      high = select(ok, in[0], high);
      low = select(ok, in[1], low);
      return value;
    }
    static LQ_FN V along(V up, V rising_price, V falling_price) {
      return select(up == splat<V>(1), rising_price, -falling_price);
    }
    static LQ_FN V least(V a, V b) { return select(a < b, a, b); }
    static LQ_FN V most(V a, V b) { return select(a > b, a, b); }
  };
};

}  // namespace LQ_NS
