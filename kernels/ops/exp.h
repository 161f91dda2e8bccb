#pragma once
#include "../core/math.h"
#include "../core/spec.h"

namespace LQ_NS {

struct Exp {
  static constexpr Spec spec{
      "exp", Shape::Map, {"x"}, {"y"}, {}, "Exponential.", "e^x", "FDLIBM e_exp.c (Sun Microsystems 1993)", 4e-16};
  template <class V>
  static LQ_FN V at(const V* in) {
    return LQ_NS::exp(in[0]);
  }
};

}  // namespace LQ_NS
