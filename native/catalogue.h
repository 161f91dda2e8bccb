// The catalogue as the native code asks for it: by a kernel's place.
#pragma once
#include "../kernels/catalog.h"

namespace lq {

#define LQ_SPEC(K) &lq_host::K::spec,
inline constexpr const lq_host::Spec* kSpecs[] = {LQ_CATALOG(LQ_SPEC)};
constexpr int kKernels = sizeof kSpecs / sizeof kSpecs[0];

/** Doubles per lane that a kernel keeps: for each row of a window, or as the state of a scan. */
template <class K>
constexpr int state_doubles() {
  if constexpr (requires { typename K::template State<double>; })
    return sizeof(typename K::template State<double>) / sizeof(double);
  else
    return 0;
}
#define LQ_STATE(K) state_doubles<lq_host::K>(),
inline constexpr int kStates[] = {LQ_CATALOG(LQ_STATE)};

}  // namespace lq
