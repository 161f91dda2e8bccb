#pragma once
#include "../core/math.h"
#include "../core/spec.h"

namespace LQ_NS {

struct Log {
  static constexpr Spec spec{"log",  Shape::Map,
                             {"x"},  {"y"},
                             {},     "Natural logarithm; missing for values ≤ 0.",
                             "ln x", "FDLIBM e_log.c (Ng, Sun Microsystems 1993)",
                             4e-16};
  template <class V>
  static LQ_FN V at(const V* in) {
    return LQ_NS::log(in[0]);
  }
};

}  // namespace LQ_NS
