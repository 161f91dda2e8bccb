#pragma once
#include "../core/power.h"
#include "../core/spec.h"

namespace LQ_NS {

struct Power {
  static constexpr Spec spec{"power",    Shape::Map,
                             {"x", "y"}, {"z"},
                             {},         "x to the power y; missing where that is no real number.",
                             "x^y",      "Dekker 1971, doi:10.1007/BF01397083",
                             4e-16};
  template <class V>
  static LQ_FN V at(const V* in) {
    return power(in[0], in[1]);
  }
};

}  // namespace LQ_NS
