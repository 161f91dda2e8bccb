#pragma once
#include "../core/power.h"
#include "../core/spec.h"

namespace LQ_NS {

struct CumulativeSum {
  static constexpr Spec spec{"cumulative_sum",
                             Shape::Scan,
                             {"x"},
                             {"y"},
                             {},
                             "Sum of all values so far; what each addition rounds off is kept, so it does not drift.",
                             "Σ x",
                             "Neumaier 1974, doi:10.1002/zamm.19740540106",
                             1e-15};
  template <class V>
  struct State {
    V sum{}, lost{};
    LQ_FN V step(const V* in, const double*) {
      const auto ok = valid(in[0]);
      const Pair<V> next = exact_sum(sum, select(ok, in[0], splat<V>(0)));
      sum = next.hi;
      lost = lost + next.lo;
      return select(ok, sum + lost, missing<V>());
    }
  };
};

}  // namespace LQ_NS
