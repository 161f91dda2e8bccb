#pragma once
#include "../core/spec.h"

namespace LQ_NS {

struct Previous {
  static constexpr Spec spec{"previous",
                             Shape::Scan,
                             {"x"},
                             {"y"},
                             {},
                             "The last value before this one, however many rows without a value lie between.",
                             "the last valid x before x[t]",
                             "definition",
                             0};
  template <class V>
  struct State {
    V last = missing<V>();
    LQ_FN V step(const V* in, const double*) {
      const auto ok = valid(in[0]);
      const V value = select(ok, last, missing<V>());
      last = select(ok, in[0], last);
      return value;
    }
  };
};

}  // namespace LQ_NS
