// The catalogue for one instruction set: compiled with -DLQ_NS=… -DLQ_LANES=… and that set's -march.
// No STL here: an inlined template that the linker merges across files could carry this file's instructions elsewhere.
#include "../catalog.h"
#include "columns.h"
#include "cross.h"
#include "group.h"
#include "rank.h"
#include "sorted.h"
#include "sweep.h"

namespace LQ_NS {

template <class K>
constexpr lq::Launch launcher() {
  if constexpr (K::spec.shape == Shape::Segment)
    return segment<K>;
  else if constexpr (K::spec.shape == Shape::Map)
    return map<K>;
  else if constexpr (K::spec.shape == Shape::Scan)
    return scan<K>;
  else if constexpr (K::spec.shape == Shape::Cross && requires { K::kGrouped; }) {
    if constexpr (requires { K::ranked(0., 0., 0.); })
      return grouped_ranks<K>;
    else
      return grouped<K>;
  } else if constexpr (K::spec.shape == Shape::Cross && requires { K::ranked(0., 0., 0.); })
    return ranked<K>;
  else if constexpr (K::spec.shape == Shape::Cross)
    return cross<K>;
  else if constexpr (requires { K::share(nullptr); })
    return sorted_windows<K>;
  else if constexpr (requires { typename K::template State<V>; })
    return rolling<K>;
  else
    return lagged<K>;
}

#define ENTRY(K) launcher<K>(),
extern const lq::Launch launchers[];
const lq::Launch launchers[] = {LQ_CATALOG(ENTRY)};

extern const lq::SweepLaunch sweep;
const lq::SweepLaunch sweep = run_sweep;

}  // namespace LQ_NS
