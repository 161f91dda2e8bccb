// What a window kernel may know besides its sums.
#pragma once
#include "spec.h"

namespace LQ_NS {

/** Positions count rows from the boundary between two blocks of windows: 0 is the first row of the newer block. */
struct Window {
  double size;    // rows of the window
  double newest;  // position of its newest row
};

}  // namespace LQ_NS
