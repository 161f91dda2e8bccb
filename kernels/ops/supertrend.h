#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Supertrend {
  static constexpr Spec spec{"supertrend",
                             Shape::Scan,
                             {"upper", "lower", "close"},
                             {"y"},
                             {},
                             "A stop that trails the close: the lower band, which only rises, until the close falls "
                             "below it, then the upper one, which only falls; it starts with the upper.",
                             "lower while close ≥ lower, else upper while close ≤ upper",
                             "Seban 2008, Tout le monde mérite d'être riche",
                             0};
  template <class V>
  struct State {
    V upper = missing<V>(), lower = missing<V>(), close{}, rising{};
    LQ_FN V step(const V* in, const double*) {
      const auto ok = valid(in[0]) & valid(in[1]) & valid(in[2]);
      const auto first = !valid(upper);
      const V ceiling = select(first | (in[0] < upper) | (close > upper), in[0], upper);
      const V floor = select(first | (in[1] > lower) | (close < lower), in[1], lower);
      const auto up = rising == splat<V>(1);
      const V next = select(up, one_where<V>(!(in[2] < floor)), one_where<V>(in[2] > ceiling));
      const V risen = select(first, splat<V>(0), next);
      upper = select(ok, ceiling, upper);
      lower = select(ok, floor, lower);
      close = select(ok, in[2], close);
      rising = select(ok, risen, rising);
      return select(ok, select(risen == splat<V>(1), floor, ceiling), missing<V>());
    }
  };
};

}  // namespace LQ_NS
